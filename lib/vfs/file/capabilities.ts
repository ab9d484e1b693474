import type { Capabilities } from '../capabilities.ts';
import { keptAlgorithms } from './object-file.ts';

/**
 * What a directory does. Conditions hold among all that write through this driver; programs that write past it do not heed its locks.
 */
export const fileCapabilities: Capabilities = {
  readRange: true,
  readIfMatch: true,
  readUnless: true,
  writeIfAbsent: true,
  writeIfMatch: true,
  deleteIfMatch: true,
  metadata: true,
  contentHeaders: true,
  listSorted: true,
  listDelimiter: true,
  listStartAfter: true,
  copy: false,
  copyConditional: false,
  multipart: false,
  multipartConditional: false,
  multipartList: false,
  multipartCopy: false,
  versions: false,
  stronglyConsistent: true,
  statChecksums: keptAlgorithms,
  writeVerifies: keptAlgorithms,
  maxObjectSize: Number.MAX_SAFE_INTEGER,
  maxWriteSize: Number.MAX_SAFE_INTEGER,
  maxKeyBytes: 1024,
  parts: { minSize: 0, maxSize: 0, maxCount: 0 },
};

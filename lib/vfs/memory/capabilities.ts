import type { Capabilities } from '../capabilities.ts';
import { storedAlgorithms } from './stored-object.ts';

/** Everything that the seam knows, but for versions, which a space keeps on demand. */
export const memoryCapabilities: Capabilities = {
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
  copy: true,
  copyConditional: true,
  multipart: true,
  multipartConditional: true,
  multipartList: true,
  multipartCopy: true,
  versions: false,
  stronglyConsistent: true,
  statChecksums: storedAlgorithms,
  writeVerifies: storedAlgorithms,
  maxObjectSize: Number.MAX_SAFE_INTEGER,
  maxWriteSize: Number.MAX_SAFE_INTEGER,
  maxKeyBytes: 1024,
  parts: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: 10_000 },
};

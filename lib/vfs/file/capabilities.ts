import { allKept, type Capabilities, noCopies, noParts } from '../capabilities.ts';
import { keptAlgorithms } from './object-file.ts';

/**
 * What a directory does. Conditions hold among all that write through this driver; programs that write past it do not heed its locks.
 */
export const fileCapabilities: Capabilities = {
  ...allKept,
  ...noCopies,
  ...noParts,
  versions: false,
  statChecksums: keptAlgorithms,
  writeVerifies: keptAlgorithms,
  maxObjectSize: Number.MAX_SAFE_INTEGER,
  maxWriteSize: Number.MAX_SAFE_INTEGER,
  maxKeyBytes: 1024,
};

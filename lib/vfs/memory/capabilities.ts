import { allKept, type Capabilities } from '../capabilities.ts';
import { storedAlgorithms } from './stored-object.ts';

/** Everything that the seam knows, but for versions, which a space keeps on demand. */
export const memoryCapabilities: Capabilities = {
  ...allKept,
  versions: false,
  statChecksums: storedAlgorithms,
  writeVerifies: storedAlgorithms,
  maxObjectSize: Number.MAX_SAFE_INTEGER,
  maxWriteSize: Number.MAX_SAFE_INTEGER,
  maxKeyBytes: 1024,
  parts: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: 10_000 },
};

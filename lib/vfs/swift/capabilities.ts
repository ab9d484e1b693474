import { allKept, type Capabilities } from '../capabilities.ts';

const GIB = 1024 ** 3;
/** Segments of one static large object (`max_manifest_segments` of Swift's `slo` middleware, by default). */
const maxSegments = 1000;

/**
 * What Swift promises, with the limits of its default configuration.
 *
 * `parts.maxSize` is the largest plain object (`max_file_size`, 5 GiB): what is larger is written in segments. A cluster with a smaller one
 * says so in its store definition.
 *
 * `writeIfAbsent` refuses a key that is taken when the write begins. Swift looks at that moment only, and once for each replica: of several
 * writes that begin together all may succeed, and the last one stays. Overwrites and deletes have no condition.
 */
const promised: Capabilities = {
  ...allKept,
  writeIfMatch: false,
  deleteIfMatch: false,
  copyConditional: false,
  multipartConditional: false,
  versions: false,
  stronglyConsistent: false,
  statChecksums: ['md5'],
  writeVerifies: ['md5'],
  maxObjectSize: maxSegments * 5 * GIB,
  maxWriteSize: maxSegments * 5 * GIB,
  maxKeyBytes: 1024,
  parts: { minSize: 1, maxSize: 5 * GIB, maxCount: maxSegments },
};

/** The capabilities of a container, less what its definition denies. */
export function swiftCapabilities(denied: Partial<Capabilities> = {}): Capabilities {
  const { maxSize, maxCount } = denied.parts ?? promised.parts;
  const largest = maxSize * maxCount;
  return { ...promised, maxObjectSize: largest, maxWriteSize: largest, ...denied };
}

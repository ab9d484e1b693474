import { allKept, type Capabilities } from '../capabilities.ts';

const TIB = 1024 ** 4;

/** What Google Cloud Storage promises ("Quotas & limits", "Consistency"). */
const promised: Capabilities = {
  ...allKept,
  // A rewrite copies a whole object, and a composition takes whole objects: there is no part of a range.
  multipartCopy: false,
  // A composite object has no MD5.
  statChecksums: ['crc32c', 'md5'],
  writeVerifies: ['crc32c', 'md5'],
  maxObjectSize: 5 * TIB,
  maxWriteSize: 5 * TIB,
  maxKeyBytes: 1024,
  parts: { minSize: 1, maxSize: 5 * TIB, maxCount: 10_000 },
};

/** The capabilities of a bucket, less what the definition denies: one that keeps no versions says so in its definition, as a probe found it. */
export function gcsCapabilities(denied: Partial<Capabilities> = {}): Capabilities {
  return { ...promised, ...denied };
}

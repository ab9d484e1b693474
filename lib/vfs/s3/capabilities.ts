import { allKept, type Capabilities } from '../capabilities.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What the S3 API promises. An endpoint that keeps less says so in its store definition, as a probe found it. */
const promised: Capabilities = {
  ...allKept,
  statChecksums: ['md5'],
  writeVerifies: ['md5', 'sha256'],
  maxObjectSize: 10_000 * 5 * GIB,
  maxWriteSize: 5 * GIB,
  maxKeyBytes: 1024,
  parts: { minSize: 5 * MIB, maxSize: 5 * GIB, maxCount: 10_000 },
};

/**
 * The capabilities of a bucket: those of Amazon S3, or of a store that is compatible with it, less what the definition denies.
 *
 * Only Amazon S3 is trusted with `x-amz-checksum-*`: others ignore the headers or answer with an error. MD5 and the signed SHA-256 of
 * the payload are as old as the API.
 */
export function s3Capabilities(amazon: boolean, denied: Partial<Capabilities> = {}): Capabilities {
  const own: Partial<Capabilities> = amazon
    ? { statChecksums: ['md5', 'sha256', 'crc64nvme', 'crc32c'], writeVerifies: ['md5', 'sha256', 'crc64nvme'] }
    : {};
  return { ...promised, ...own, ...denied };
}

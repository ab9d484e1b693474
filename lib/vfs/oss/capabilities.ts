import { allKept, type Capabilities } from '../capabilities.ts';

const KIB = 1024;
const GIB = 1024 ** 3;

/**
 * What OSS promises (API reference: PutObject, CopyObject, UploadPart, DeleteObject).
 *
 * `x-oss-forbid-overwrite` is its only condition on a change: there is no conditional overwrite and no conditional delete (a PutObject with
 * `If-Match` is answered `NotImplemented`). CopyObject and CompleteMultipartUpload know that header too, but `copyConditional` and
 * `multipartConditional` promise more than it keeps. It does not work in a bucket with versions, enabled or suspended: see `conditions.ts`.
 */
const promised: Capabilities = {
  ...allKept,
  writeIfMatch: false,
  deleteIfMatch: false,
  copyConditional: false,
  multipartConditional: false,
  statChecksums: ['crc64xz', 'md5'],
  writeVerifies: ['md5'],
  maxObjectSize: 10_000 * 5 * GIB,
  maxWriteSize: 5 * GIB,
  maxKeyBytes: 1023,
  parts: { minSize: 100 * KIB, maxSize: 5 * GIB, maxCount: 10_000 },
};

/** The capabilities of a bucket: those of OSS, less what the definition denies. A definition adds none. */
export function ossCapabilities(denied: Partial<Capabilities> = {}): Capabilities {
  const taken = Object.entries(denied).filter(([, value]) => value !== true);
  return { ...promised, ...Object.fromEntries(taken) };
}

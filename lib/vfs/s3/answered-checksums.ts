import { hexOf } from '../answered-digests.ts';
import { hexTag } from '../entity-tag.ts';
import type { ChecksumAlgorithm, ChecksumSet } from '../types.ts';

/** The fields of S3's answers that say something about the content's digest. */
export interface AnsweredDigests {
  readonly ETag?: string | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
}

/** The fields of S3's answers that say how the object is encrypted. */
export interface AnsweredEncryption {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

const fields = [
  { algorithm: 'sha256', field: 'ChecksumSHA256', digits: 64 },
  { algorithm: 'crc64nvme', field: 'ChecksumCRC64NVME', digits: 16 },
  { algorithm: 'crc32c', field: 'ChecksumCRC32C', digits: 8 },
] as const;

/**
 * The digests over the full content that an answer vouches for, of those the store can be believed in.
 *
 * `x-amz-checksum-*` counts only as `FULL_OBJECT`, a composite one being a digest of digests, and only in its proper length: some stores
 * put another algorithm's value under the name.
 */
export function answeredChecksums(
  answer: AnsweredDigests & AnsweredEncryption,
  believed: readonly ChecksumAlgorithm[],
): ChecksumSet {
  const checksums: Partial<Record<ChecksumAlgorithm, string>> = {};
  const md5 = md5OfETag(answer);
  if (md5 !== undefined && believed.includes('md5')) {
    checksums.md5 = md5;
  }
  for (const { algorithm, field, digits } of answer.ChecksumType === 'FULL_OBJECT' ? fields : []) {
    const value = hexOf(answer[field] ?? '');
    if (value.length === digits && believed.includes(algorithm)) {
      checksums[algorithm] = value;
    }
  }
  return checksums;
}

/** The same for one request's bytes, a part or an object written whole, where every checksum in the answer is over all of them. */
export function answeredForBytes<A extends AnsweredDigests & AnsweredEncryption>(
  answer: A,
  believed: readonly ChecksumAlgorithm[],
): ChecksumSet {
  return answeredChecksums({ ...answer, ChecksumType: 'FULL_OBJECT' }, believed);
}

/** An ETag is the MD5 of one part stored in plain or under S3's own keys: 32 digits, no KMS, no key of the customer. */
function md5OfETag({ ETag, ServerSideEncryption, SSECustomerAlgorithm }: AnsweredDigests & AnsweredEncryption) {
  const plain = ServerSideEncryption === undefined || ServerSideEncryption === 'AES256';
  return plain && SSECustomerAlgorithm === undefined ? hexTag(ETag) : undefined;
}

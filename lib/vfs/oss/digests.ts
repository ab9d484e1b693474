import { hexTag } from '../entity-tag.ts';
import type { ChecksumAlgorithm, ChecksumSet } from '../types.ts';

/** Gives a header of an answer by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

/**
 * The digests over the full content that HEAD and GET vouch for, of those the store is believed in.
 *
 * The CRC-64 of ECMA-182 is OSS's own, over any kind of object. The ETag is the MD5 of what PutObject stored (`x-oss-object-type: Normal`),
 * and of nothing else ("Common response headers"); under a key of KMS that is not documented, so it counts for nothing.
 */
export function digestsOfObject(header: HeaderOf, believed: readonly ChecksumAlgorithm[]): ChecksumSet {
  return digestsOfAnswer(header, believed, header('x-oss-object-type') === 'Normal');
}

/** The digests of what one request sent, an object or a part, as its answer tells them. Of both the ETag is the MD5. */
export function digestsOfBytes(header: HeaderOf, believed: readonly ChecksumAlgorithm[]): ChecksumSet {
  return digestsOfAnswer(header, believed, true);
}

function digestsOfAnswer(header: HeaderOf, believed: readonly ChecksumAlgorithm[], tagged: boolean): ChecksumSet {
  const { crc64xz } = crcOf(header('x-oss-hash-crc64ecma'), believed);
  const plain = (header('x-oss-server-side-encryption') ?? 'AES256') === 'AES256';
  const md5 = tagged && plain && believed.includes('md5') ? hexTag(header('etag')) : undefined;
  return { ...(crc64xz && { crc64xz }), ...(md5 && { md5 }) };
}

/** OSS's decimal CRC-64 as sixteen hexadecimal digits; nothing where there is none, or none that is believed. */
export function crcOf(
  decimal: string | undefined,
  believed: readonly ChecksumAlgorithm[],
): { readonly crc64xz?: string } {
  if (!believed.includes('crc64xz') || !/^\d{1,20}$/.test(decimal ?? '')) {
    return {};
  }
  return {
    crc64xz: BigInt(decimal ?? '')
      .toString(16)
      .padStart(16, '0'),
  };
}

/**
 * Of digests that an answer vouches for those that bytes are held against: the CRC alone where there is one, for that an ETag is an
 * MD5 is only inferred.
 */
export function decisive(answered: ChecksumSet): ChecksumSet {
  return answered.crc64xz === undefined ? answered : { crc64xz: answered.crc64xz };
}

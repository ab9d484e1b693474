import { describe, expect, it } from '@jest/globals';
import { base64Of } from '../../../lib/vfs/answered-digests.ts';
import { hexTag } from '../../../lib/vfs/entity-tag.ts';
import { answeredChecksums, answeredForBytes } from '../../../lib/vfs/s3/answered-checksums.ts';

const all = ['md5', 'sha256', 'crc64nvme', 'crc32c'] as const;
const md5 = '00112233445566778899aabbccddeeff';
const crc64nvme = 'ae8b14860a799888';
const ETag = `"${md5}"`;

describe('the digests that an answer vouches for', () => {
  it.each([
    ['stored in plain', { ETag }, { md5 }],
    ["under S3's own keys", { ETag, ServerSideEncryption: 'AES256' }, { md5 }],
    ['with an ETag in upper case', { ETag: ETag.toUpperCase() }, { md5 }],
    ['with an ETag without quotes', { ETag: md5 }, { md5 }],
    ['under a KMS key', { ETag, ServerSideEncryption: 'aws:kms' }, {}],
    ['under two KMS keys', { ETag, ServerSideEncryption: 'aws:kms:dsse' }, {}],
    ["under the customer's key", { ETag, SSECustomerAlgorithm: 'AES256' }, {}],
    ['made of parts', { ETag: `"${md5}-2"` }, {}],
    ['with an ETag that is no MD5', { ETag: '"0x8D4BCC2E4835CD0"' }, {}],
    [
      'with a digest of all bytes',
      { ChecksumCRC64NVME: base64Of(crc64nvme), ChecksumType: 'FULL_OBJECT' },
      { crc64nvme },
    ],
    ['with a digest of digests', { ChecksumCRC64NVME: base64Of(crc64nvme), ChecksumType: 'COMPOSITE' }, {}],
    ['with a digest of it does not say what', { ChecksumCRC64NVME: base64Of(crc64nvme) }, {}],
    ['with a digest of another length', { ChecksumCRC64NVME: 'y7GU7g==', ChecksumType: 'FULL_OBJECT' }, {}],
    [
      'with several',
      { ETag, ChecksumSHA256: base64Of(md5 + md5), ChecksumCRC32C: base64Of('e3069283'), ChecksumType: 'FULL_OBJECT' },
      {
        md5,
        sha256: md5 + md5,
        crc32c: 'e3069283',
      },
    ],
  ])('%s', (_, answer, checksums) => {
    expect(answeredChecksums(answer, all)).toEqual(checksums);
  });

  it('are those in which the store is believed', () => {
    const answer = { ETag, ChecksumCRC64NVME: base64Of(crc64nvme), ChecksumType: 'FULL_OBJECT' };
    expect(answeredChecksums(answer, ['md5'])).toEqual({ md5 });
    expect(answeredChecksums(answer, [])).toEqual({});
  });

  it('are of all bytes when they answer one request', () => {
    expect(answeredForBytes({ ChecksumCRC64NVME: base64Of(crc64nvme) }, all)).toEqual({ crc64nvme });
  });
});

describe('an ETag of the form of an MD5', () => {
  it.each([
    [ETag, md5],
    [`W/${ETag}`, undefined],
    [`"${md5}0"`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (etag, tag) => {
    expect(hexTag(etag)).toBe(tag);
  });
});

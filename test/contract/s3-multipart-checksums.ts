import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm, ChecksumType, CompletedPart } from '@aws-sdk/client-s3';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { fiveMebibytes, makeBucket, type S3Subject, s3Client } from './s3-subject.ts';

const crcOf = (...pieces: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(pieces.reduce((value, piece) => crc32(piece, value), 0));
  return bytes;
};

interface Uploaded {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly Parts: CompletedPart[];
}

/** Begins an upload and sends two parts, each with a checksum of the algorithm. */
async function uploadTwo(
  subject: S3Subject,
  algorithm: ChecksumAlgorithm,
  ChecksumType?: ChecksumType,
): Promise<Uploaded> {
  const { s3 } = subject;
  const Bucket = await makeBucket(subject);
  const Key = 'mp';
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: algorithm, ChecksumType });
  const Parts: CompletedPart[] = [];
  for (const [index, Body] of [fiveMebibytes, 'tail'].entries()) {
    const PartNumber = index + 1;
    const part = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm });
    const { ETag, ChecksumCRC32, ChecksumSHA256 } = part;
    Parts.push({ PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 });
  }
  return { Bucket, Key, UploadId: UploadId!, Parts };
}

/** What S3 promises of the checksums of multipart uploads. */
export const multipartChecksumChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a SHA-256 of an upload is one over the digests of its parts',
    run: async (subject) => {
      const { Parts, ...upload } = await uploadTwo(subject, 'SHA256');
      const done = await subject.s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
      const digests = [fiveMebibytes, 'tail'].map((part) => createHash('sha256').update(part).digest());
      const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
      assert.equal(done.ChecksumSHA256, `${composite}-2`);
      assert.equal(done.ChecksumType, 'COMPOSITE');
      const head = await subject.s3.headObject({ ...upload, ChecksumMode: 'ENABLED' });
      assert.equal(head.ChecksumSHA256, `${composite}-2`);
      assert.equal(head.ChecksumType, 'COMPOSITE');
    },
  },
  {
    name: 'a CRC-32 of an upload is over its parts, or over the whole where that was asked for',
    run: async (subject) => {
      const composite = await uploadTwo(subject, 'CRC32');
      const first = await subject.s3.completeMultipartUpload({
        ...composite,
        MultipartUpload: { Parts: composite.Parts },
      });
      const overParts = crcOf(crcOf(fiveMebibytes), crcOf('tail')).toString('base64');
      assert.equal(first.ChecksumCRC32, `${overParts}-2`);
      const { Parts, ...upload } = await uploadTwo(subject, 'CRC32', 'FULL_OBJECT');
      const second = await subject.s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
      assert.equal(second.ChecksumCRC32, crcOf(fiveMebibytes, 'tail').toString('base64'));
      assert.equal(second.ChecksumType, 'FULL_OBJECT');
    },
  },
  {
    name: 'a wrong checksum of the whole is refused on completion, and nothing is written',
    run: async (subject) => {
      const { Parts, ...upload } = await uploadTwo(subject, 'CRC32', 'FULL_OBJECT');
      const ChecksumCRC32 = crcOf('something else').toString('base64');
      const done = subject.s3.completeMultipartUpload({ ...upload, ChecksumCRC32, MultipartUpload: { Parts } });
      await refused(done, { name: 'BadDigest', status: 400 });
      await refused(subject.s3.headObject(upload), { status: 404 });
    },
  },
  {
    name: 'a wrong size of the whole is refused on completion',
    run: async (subject) => {
      const { Parts, ...upload } = await uploadTwo(subject, 'CRC32', 'FULL_OBJECT');
      const done = subject.s3.completeMultipartUpload({ ...upload, MpuObjectSize: 7, MultipartUpload: { Parts } });
      await refused(done, { name: 'InvalidRequest', status: 400 });
    },
  },
  {
    name: 'an upload over its parts needs the checksum of each on completion',
    run: async (subject) => {
      const { Parts, ...upload } = await uploadTwo(subject, 'SHA256');
      const bare = Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      const done = subject.s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: bare } });
      await refused(done, { name: 'InvalidRequest', status: 400 });
      const wrong = Parts.map((part) => ({ ...part, ChecksumSHA256: Parts[0]?.ChecksumSHA256 }));
      const mixed = subject.s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts: wrong } });
      await refused(mixed, { name: 'InvalidPart', status: 400 });
    },
  },
  {
    name: 'a part with a checksum of another algorithm than its upload is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const upload = { Bucket, Key: 'mp' };
      const { UploadId } = await subject.s3.createMultipartUpload({ ...upload, ChecksumAlgorithm: 'SHA256' });
      const part = subject.s3.uploadPart({
        ...upload,
        UploadId,
        PartNumber: 1,
        Body: 'x',
        ChecksumAlgorithm: 'CRC32',
      });
      await refused(part, { name: 'InvalidRequest', status: 400 });
    },
  },
  {
    name: 'a part with a wrong checksum is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { UploadId } = await subject.s3.createMultipartUpload({ Bucket, Key: 'mp' });
      const ChecksumCRC32 = crcOf('something else').toString('base64');
      const part = subject.s3.uploadPart({ Bucket, Key: 'mp', UploadId, PartNumber: 1, Body: 'x', ChecksumCRC32 });
      await refused(part, { name: 'BadDigest', status: 400 });
    },
  },
  {
    name: 'an upload without a checksum gets a CRC-64/NVME of the whole',
    run: async (subject) => {
      const plain = s3Client(subject.endpoint, subject.keys, { requestChecksumCalculation: 'WHEN_REQUIRED' });
      const Bucket = await makeBucket(subject);
      const { UploadId } = await plain.createMultipartUpload({ Bucket, Key: 'mp' });
      const upload = { Bucket, Key: 'mp', UploadId };
      const Parts: CompletedPart[] = [];
      for (const [index, Body] of [fiveMebibytes, 'tail'].entries()) {
        const { ETag } = await plain.uploadPart({ ...upload, PartNumber: index + 1, Body });
        Parts.push({ PartNumber: index + 1, ETag });
      }
      await plain.completeMultipartUpload({ ...upload, MultipartUpload: { Parts } });
      await plain.putObject({ Bucket, Key: 'single', Body: Buffer.concat([fiveMebibytes, Buffer.from('tail')]) });
      const joined = await plain.headObject({ Bucket, Key: 'mp', ChecksumMode: 'ENABLED' });
      const single = await plain.headObject({ Bucket, Key: 'single', ChecksumMode: 'ENABLED' });
      assert.ok(single.ChecksumCRC64NVME);
      assert.equal(joined.ChecksumCRC64NVME, single.ChecksumCRC64NVME);
      assert.equal(joined.ChecksumType, 'FULL_OBJECT');
    },
  },
];

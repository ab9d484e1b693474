import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, s3Client } from './s3-subject.ts';

/** Of the three bytes `abc`. */
const abc = {
  CRC32: 'NSRBwg==',
  CRC32C: 'Nks/tw==',
  CRC64NVME: 'BeXKuz/B+us=',
  SHA1: 'qZk+NkcGgWq6PiVxeFDCbJzQ2J0=',
  SHA256: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=',
} as const;

const algorithms = Object.keys(abc) as readonly (keyof typeof abc)[];

/** What S3 promises of checksums on single objects. */
export const checksumChecks: readonly Check<S3Subject>[] = [
  ...algorithms.map(
    (ChecksumAlgorithm): Check<S3Subject> => ({
      name: `a ${ChecksumAlgorithm} is proved, kept and shown`,
      run: async (subject) => {
        const Bucket = await makeBucket(subject);
        const field = `Checksum${ChecksumAlgorithm}` as const;
        const put = await subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ChecksumAlgorithm });
        assert.equal(put[field], abc[ChecksumAlgorithm]);
        const head = await subject.s3.headObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
        assert.equal(head[field], abc[ChecksumAlgorithm]);
      },
    }),
  ),
  ...algorithms.map(
    (algorithm): Check<S3Subject> => ({
      name: `a wrong ${algorithm} is refused, and nothing is written`,
      run: async (subject) => {
        const Bucket = await makeBucket(subject);
        const stated = { [`Checksum${algorithm}`]: abc[algorithm] };
        const wrong = subject.s3.putObject({ Bucket, Key: 'k', Body: 'abd', ...stated });
        await refused(wrong, { name: 'BadDigest', status: 400 });
        await refused(subject.s3.headObject({ Bucket, Key: 'k' }), { status: 404 });
      },
    }),
  ),
  {
    name: 'HEAD and listings say which checksum there is, and of what',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ChecksumAlgorithm: 'CRC32C' });
      const head = await subject.s3.headObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
      assert.equal(head.ChecksumType, 'FULL_OBJECT');
      const [entry] = (await subject.s3.listObjectsV2({ Bucket })).Contents ?? [];
      assert.deepEqual([entry?.ChecksumAlgorithm, entry?.ChecksumType], [['CRC32C'], 'FULL_OBJECT']);
    },
  },
  {
    name: 'a checksum that is none is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const malformed = subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ChecksumCRC32: 'not base64' });
      await refused(malformed, { name: 'InvalidRequest', status: 400 });
    },
  },
  {
    name: 'a wrong Content-MD5 is refused, and one that is none',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const ContentMD5 = createHash('md5').update('abd').digest('base64');
      const wrong = subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ContentMD5 });
      await refused(wrong, { name: 'BadDigest', status: 400 });
      const malformed = subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ContentMD5: 'abc' });
      await refused(malformed, { name: 'InvalidDigest', status: 400 });
      await refused(subject.s3.headObject({ Bucket, Key: 'k' }), { status: 404 });
    },
  },
  {
    name: 'an object put without a checksum gets a CRC-64/NVME',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const plain = s3Client(subject.endpoint, subject.keys, { requestChecksumCalculation: 'WHEN_REQUIRED' });
      await plain.putObject({ Bucket, Key: 'k', Body: 'abc' });
      const head = await subject.s3.headObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
      assert.equal(head.ChecksumCRC64NVME, abc.CRC64NVME);
      assert.equal(head.ChecksumType, 'FULL_OBJECT');
    },
  },
  {
    name: 'a checksum is shown to whoever asks, and not with a range',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ChecksumAlgorithm: 'SHA256' });
      const silent = await subject.s3.headObject({ Bucket, Key: 'k' });
      assert.equal(silent.ChecksumSHA256, undefined);
      const whole = await subject.s3.getObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
      assert.equal(whole.ChecksumSHA256, abc.SHA256);
      const range = await subject.s3.getObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED', Range: 'bytes=0-1' });
      assert.equal(range.ChecksumSHA256, undefined);
    },
  },
  {
    name: 'the attributes of an object are its entity tag, size, class and checksum',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'abc', ChecksumAlgorithm: 'SHA1' });
      const { ETag, ObjectSize, StorageClass, Checksum, ObjectParts } = await subject.s3.getObjectAttributes({
        Bucket,
        Key: 'k',
        ObjectAttributes: ['ETag', 'ObjectSize', 'StorageClass', 'Checksum', 'ObjectParts'],
      });
      assert.deepEqual(
        { ETag, ObjectSize, StorageClass, ObjectParts },
        {
          ETag: '900150983cd24fb0d6963f7d28e17f72',
          ObjectSize: 3,
          StorageClass: 'STANDARD',
          ObjectParts: undefined,
        },
      );
      assert.equal(Checksum?.ChecksumSHA1, abc.SHA1);
      assert.equal(Checksum?.ChecksumType, 'FULL_OBJECT');
    },
  },
];

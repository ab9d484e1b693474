import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, textOf } from './s3-subject.ts';

/** What S3 promises of copies within itself. */
export const copyChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a copy has the bytes, headers, metadata, tags and checksum of its source',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      await s3.putObject({
        Bucket,
        Key: 'k',
        Body: 'hello world',
        ContentType: 'text/x-q',
        Metadata: { foo: 'bar' },
        Tagging: 'a=b',
        ChecksumAlgorithm: 'SHA256',
      });
      const copied = await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` });
      assert.equal(copied.CopyObjectResult?.ETag, '"5eb63bbbe01eeed093cb22bb8f5acdc3"');
      assert.ok(copied.CopyObjectResult?.LastModified instanceof Date);
      const got = await s3.getObject({ Bucket, Key: 'copy', ChecksumMode: 'ENABLED' });
      assert.equal(await textOf(got), 'hello world');
      assert.equal(got.ContentType, 'text/x-q');
      assert.deepEqual(got.Metadata, { foo: 'bar' });
      assert.equal(got.ChecksumSHA256, 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=');
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'copy' })).TagSet, [{ Key: 'a', Value: 'b' }]);
    },
  },
  {
    name: 'a copy may replace metadata and tags',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      await s3.putObject({ Bucket, Key: 'k', Body: 'x', Metadata: { foo: 'bar' }, Tagging: 'a=b' });
      await s3.copyObject({
        Bucket,
        Key: 'copy',
        CopySource: `${Bucket}/k`,
        MetadataDirective: 'REPLACE',
        Metadata: { n: '1' },
        TaggingDirective: 'REPLACE',
        Tagging: 'c=d',
      });
      assert.deepEqual((await s3.headObject({ Bucket, Key: 'copy' })).Metadata, { n: '1' });
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'copy' })).TagSet, [{ Key: 'c', Value: 'd' }]);
    },
  },
  {
    name: 'a copy is made of the source revision asked for only',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const { ETag } = await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      const CopySource = `${Bucket}/k`;
      const failed = { name: 'PreconditionFailed', status: 412 };
      await refused(s3.copyObject({ Bucket, Key: 'c', CopySource, CopySourceIfMatch: '"dead"' }), failed);
      await refused(s3.copyObject({ Bucket, Key: 'c', CopySource, CopySourceIfNoneMatch: ETag }), failed);
      await refused(s3.headObject({ Bucket, Key: 'c' }), { status: 404 });
      await s3.copyObject({ Bucket, Key: 'c', CopySource, CopySourceIfMatch: ETag });
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'c' })), 'x');
    },
  },
  {
    name: 'a copy is made onto the destination revision asked for only',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      await s3.putObject({ Bucket, Key: 'k', Body: 'new' });
      const { ETag } = await s3.putObject({ Bucket, Key: 'c', Body: 'old' });
      const CopySource = `${Bucket}/k`;
      const failed = { name: 'PreconditionFailed', status: 412 };
      await refused(s3.copyObject({ Bucket, Key: 'c', CopySource, IfNoneMatch: '*' }), failed);
      await refused(s3.copyObject({ Bucket, Key: 'c', CopySource, IfMatch: '"dead"' }), failed);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'c' })), 'old');
      await s3.copyObject({ Bucket, Key: 'c', CopySource, IfMatch: ETag });
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'c' })), 'new');
    },
  },
  {
    name: 'a copy source is named percent-encoded',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const Key = 'sp ace/ü+100%.txt';
      await s3.putObject({ Bucket, Key, Body: 'u' });
      const CopySource = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
      await s3.copyObject({ Bucket, Key: 'copy', CopySource });
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'copy' })), 'u');
    },
  },
  {
    name: 'a copy of an old version is made by its id',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      const first = await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      await s3.putObject({ Bucket, Key: 'k', Body: '2' });
      const CopySource = `${Bucket}/k?versionId=${encodeURIComponent(first.VersionId!)}`;
      const copied = await s3.copyObject({ Bucket, Key: 'copy', CopySource });
      assert.equal(copied.CopySourceVersionId, first.VersionId);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'copy' })), '1');
    },
  },
  {
    name: 'a copy onto itself that changes nothing is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      const idle = subject.s3.copyObject({ Bucket, Key: 'k', CopySource: `${Bucket}/k` });
      await refused(idle, { name: 'InvalidRequest', status: 400 });
    },
  },
  {
    name: 'a copy of what is not there is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const absent = subject.s3.copyObject({ Bucket, Key: 'c', CopySource: `${Bucket}/nope` });
      await refused(absent, { name: 'NoSuchKey', status: 404 });
    },
  },
];

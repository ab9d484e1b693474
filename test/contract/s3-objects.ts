import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, textOf } from './s3-subject.ts';

const oddKeys = [
  'a//b',
  './x',
  '../up',
  '..%2F',
  'dir/',
  'a\nb',
  '😀',
  'a?b#c&d=e',
  'sp ace/ü+100%.txt',
  "it's (1)*!~",
  'x'.repeat(1024),
  `${'s'.repeat(300)}/z`,
];

/** What S3 promises of single objects. */
export const objectChecks: readonly Check<S3Subject>[] = [
  {
    name: 'an object comes back with its bytes, its headers and its metadata',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const headers = {
        ContentType: 'text/x-q',
        CacheControl: 'max-age=5',
        ContentDisposition: 'attachment',
        ContentEncoding: 'gzip',
        ContentLanguage: 'de',
        Metadata: { foo: 'bar', src: 'x y' },
      };
      const put = await subject.s3.putObject({ Bucket, Key: 'a/k.txt', Body: 'hello world', ...headers });
      const got = await subject.s3.getObject({ Bucket, Key: 'a/k.txt' });
      assert.equal(await textOf(got), 'hello world');
      assert.equal(put.ETag, '"5eb63bbbe01eeed093cb22bb8f5acdc3"');
      const { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Metadata } = got;
      assert.deepEqual(
        { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Metadata },
        headers,
      );
      assert.equal(got.ETag, put.ETag);
      assert.equal(got.VersionId, undefined);
      const head = await subject.s3.headObject({ Bucket, Key: 'a/k.txt' });
      assert.equal(head.ContentLength, 11);
      assert.deepEqual(head.Metadata, headers.Metadata);
      assert.deepEqual(head.LastModified, got.LastModified);
    },
  },
  {
    name: 'every object is encrypted, and says with what',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const put = await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      assert.equal(put.ServerSideEncryption, 'AES256');
      assert.equal((await subject.s3.headObject({ Bucket, Key: 'k' })).ServerSideEncryption, 'AES256');
    },
  },
  {
    name: 'a body of unknown digest is streamed in chunks, with its checksum behind it',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { Readable } = await import('node:stream');
      const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')]);
      await subject.s3.putObject({ Bucket, Key: 'k', Body, ContentLength: 140_000, ContentType: 'text/plain' });
      const got = await subject.s3.getObject({ Bucket, Key: 'k' });
      assert.equal(await textOf(got), 'a'.repeat(70_000) + 'b'.repeat(70_000));
      assert.equal(got.ContentEncoding, undefined);
    },
  },
  {
    name: 'an empty object is an object',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'empty', Body: new Uint8Array() });
      const got = await subject.s3.getObject({ Bucket, Key: 'empty' });
      assert.equal(await textOf(got), '');
      assert.equal(got.ETag, '"d41d8cd98f00b204e9800998ecf8427e"');
    },
  },
  {
    name: 'a range is given as asked: from the middle, to the end, from the end',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'hello world' });
      for (const [Range, body, contentRange] of [
        ['bytes=2-5', 'llo ', 'bytes 2-5/11'],
        ['bytes=6-', 'world', 'bytes 6-10/11'],
        ['bytes=-5', 'world', 'bytes 6-10/11'],
        ['bytes=6-100', 'world', 'bytes 6-10/11'],
      ] as const) {
        const got = await subject.s3.getObject({ Bucket, Key: 'k', Range });
        assert.equal(await textOf(got), body, Range);
        assert.equal(got.ContentRange, contentRange);
        assert.equal(got.ContentLength, body.length);
        assert.equal(got.$metadata.httpStatusCode, 206);
      }
    },
  },
  {
    name: 'a range outside the object is refused with 416',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'hello world' });
      const outside = subject.s3.getObject({ Bucket, Key: 'k', Range: 'bytes=100-200' });
      await refused(outside, { name: 'InvalidRange', status: 416 });
    },
  },
  {
    name: 'a key that is not there is NoSuchKey, and to HEAD 404',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await refused(subject.s3.getObject({ Bucket, Key: 'nope' }), { name: 'NoSuchKey', status: 404 });
      await refused(subject.s3.headObject({ Bucket, Key: 'nope' }), { name: 'NotFound', status: 404 });
      const removed = await subject.s3.deleteObject({ Bucket, Key: 'nope' });
      assert.equal(removed.$metadata.httpStatusCode, 204);
    },
  },
  ...oddKeys.map(
    (Key): Check<S3Subject> => ({
      name: `a key may be ${JSON.stringify(Key.length > 40 ? `${Key.slice(0, 8)}… (${Key.length})` : Key)}`,
      run: async (subject) => {
        const Bucket = await makeBucket(subject);
        await subject.s3.putObject({ Bucket, Key, Body: Key });
        assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key })), Key);
        const listed = await subject.s3.listObjectsV2({ Bucket });
        assert.deepEqual(
          listed.Contents?.map((entry) => entry.Key),
          [Key],
        );
        await subject.s3.deleteObject({ Bucket, Key });
        await refused(subject.s3.headObject({ Bucket, Key }), { status: 404 });
      },
    }),
  ),
  {
    name: 'a key of more than 1024 bytes is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const tooLong = subject.s3.putObject({ Bucket, Key: 'y'.repeat(1025), Body: 'q' });
      await refused(tooLong, { name: 'KeyTooLongError', status: 400 });
    },
  },
  {
    name: 'tags are set with the object, read, replaced and removed, and leave its bytes alone',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { s3 } = subject;
      await s3.putObject({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=b&c=d+e' });
      const { TagSet } = await s3.getObjectTagging({ Bucket, Key: 'k' });
      assert.deepEqual(TagSet, [
        { Key: 'a', Value: 'b' },
        { Key: 'c', Value: 'd e' },
      ]);
      assert.equal((await s3.getObject({ Bucket, Key: 'k' })).TagCount, 2);
      await s3.putObjectTagging({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } });
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'k' })).TagSet, [{ Key: 'k', Value: 'v' }]);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k' })), 'x');
      await s3.deleteObjectTagging({ Bucket, Key: 'k' });
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'k' })).TagSet ?? [], []);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k' })), 'x');
    },
  },
  {
    name: 'storage class and encryption are shown as they were asked for',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const sse = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/x', StorageClass: 'STANDARD_IA' } as const;
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x', ...sse });
      const head = await subject.s3.headObject({ Bucket, Key: 'k' });
      assert.equal(head.StorageClass, 'STANDARD_IA');
      assert.equal(head.ServerSideEncryption, 'aws:kms');
      assert.match(head.SSEKMSKeyId ?? '', /alias\/x$/);
    },
  },
  {
    name: 'with SSE-KMS the entity tag is not the MD5 of the bytes',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' });
      const head = await subject.s3.headObject({ Bucket, Key: 'k' });
      assert.match(head.ETag ?? '', /^"[0-9a-f]{32}"$/);
      assert.notEqual(head.ETag, '"9dd4e461268c8034f5c8564e155c67a6"');
    },
  },
  {
    name: 'several objects are deleted in one request, also such as are not there',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'a\nb', Body: 'x' });
      await subject.s3.putObject({ Bucket, Key: 'kept', Body: 'x' });
      const Objects = [{ Key: 'a\nb' }, { Key: 'nope' }];
      const loud = await subject.s3.deleteObjects({ Bucket, Delete: { Objects } });
      assert.deepEqual(loud.Deleted?.map((entry) => entry.Key).sort(), ['a\nb', 'nope']);
      assert.equal(loud.Errors, undefined);
      const quiet = await subject.s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'kept' }], Quiet: true } });
      assert.equal(quiet.Deleted, undefined);
      assert.equal((await subject.s3.listObjectsV2({ Bucket })).KeyCount, 0);
    },
  },
];

import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, textOf } from './s3-subject.ts';

const wrong = '"00000000000000000000000000000000"';
const failed = { name: 'PreconditionFailed', status: 412 };

/** A bucket with the object `k`, and its entity tag. */
async function withObject(subject: S3Subject): Promise<{ Bucket: string; Key: string; ETag: string }> {
  const Bucket = await makeBucket(subject);
  const { ETag } = await subject.s3.putObject({ Bucket, Key: 'k', Body: 'one' });
  return { Bucket, Key: 'k', ETag: ETag! };
}

/** What S3 promises of conditions on reads, writes and deletes. */
export const conditionChecks: readonly Check<S3Subject>[] = [
  {
    name: 'PUT with If-None-Match * writes a new key, and never over another',
    run: async (subject) => {
      const { Bucket, Key } = await withObject(subject);
      await subject.s3.putObject({ Bucket, Key: 'new', Body: 'x', IfNoneMatch: '*' });
      await refused(subject.s3.putObject({ Bucket, Key, Body: 'two', IfNoneMatch: '*' }), failed);
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key })), 'one');
    },
  },
  {
    name: 'of twenty writers with If-None-Match * exactly one wins',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const writes = Array.from({ length: 20 }, (_, index) =>
        subject.s3.putObject({ Bucket, Key: 'k', Body: `${index}`, IfNoneMatch: '*' }),
      );
      const outcomes = await Promise.allSettled(writes);
      const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
      assert.equal(winners.length, 1);
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'k' })), `${winners[0]}`);
    },
  },
  {
    name: 'PUT with If-Match writes over that revision only',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      await refused(subject.s3.putObject({ Bucket, Key, Body: 'two', IfMatch: wrong }), failed);
      await subject.s3.putObject({ Bucket, Key, Body: 'two', IfMatch: ETag });
      await refused(subject.s3.putObject({ Bucket, Key, Body: 'three', IfMatch: ETag }), failed);
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key })), 'two');
    },
  },
  {
    name: 'PUT with If-Match takes an entity tag without quotes too',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      await subject.s3.putObject({ Bucket, Key, Body: 'two', IfMatch: ETag.replaceAll('"', '') });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key })), 'two');
    },
  },
  {
    name: 'PUT with If-Match on a key that is not there is NoSuchKey',
    run: async (subject) => {
      const { Bucket, ETag } = await withObject(subject);
      const absent = subject.s3.putObject({ Bucket, Key: 'absent', Body: 'x', IfMatch: ETag });
      await refused(absent, { name: 'NoSuchKey', status: 404 });
      await refused(subject.s3.headObject({ Bucket, Key: 'absent' }), { status: 404 });
    },
  },
  {
    name: 'DELETE with If-Match deletes that revision only',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      await refused(subject.s3.deleteObject({ Bucket, Key, IfMatch: wrong }), failed);
      await subject.s3.headObject({ Bucket, Key });
      await subject.s3.deleteObject({ Bucket, Key, IfMatch: ETag });
      await refused(subject.s3.headObject({ Bucket, Key }), { status: 404 });
    },
  },
  {
    name: 'DELETE with If-Match on a key that is not there is NoSuchKey',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const absent = { name: 'NoSuchKey', status: 404 };
      await refused(subject.s3.deleteObject({ Bucket, Key: 'k', IfMatch: wrong }), absent);
      await refused(subject.s3.deleteObject({ Bucket, Key: 'k', IfMatch: '*' }), absent);
    },
  },
  {
    name: 'a delete marker counts as no object to the conditions',
    run: async (subject) => {
      const Bucket = await makeBucket(subject, 'Enabled');
      const { ETag } = await subject.s3.putObject({ Bucket, Key: 'k', Body: 'one' });
      await subject.s3.deleteObject({ Bucket, Key: 'k' });
      const absent = { name: 'NoSuchKey', status: 404 };
      await refused(subject.s3.deleteObject({ Bucket, Key: 'k', IfMatch: ETag }), absent);
      await refused(subject.s3.putObject({ Bucket, Key: 'k', Body: 'x', IfMatch: ETag }), absent);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'two', IfNoneMatch: '*' });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'k' })), 'two');
    },
  },
  {
    name: 'DELETE with If-Match and a version id is not implemented',
    run: async (subject) => {
      const Bucket = await makeBucket(subject, 'Enabled');
      const { ETag, VersionId } = await subject.s3.putObject({ Bucket, Key: 'k', Body: 'one' });
      const both = subject.s3.deleteObject({ Bucket, Key: 'k', IfMatch: ETag, VersionId });
      await refused(both, { name: 'NotImplemented', status: 501 });
      await subject.s3.headObject({ Bucket, Key: 'k', VersionId });
    },
  },
  {
    name: 'a batch delete judges each entity tag alone',
    run: async (subject) => {
      const { Bucket, ETag } = await withObject(subject);
      await subject.s3.putObject({ Bucket, Key: 'other', Body: 'x' });
      const Objects = [
        { Key: 'k', ETag },
        { Key: 'other', ETag: wrong },
      ];
      const result = await subject.s3.deleteObjects({ Bucket, Delete: { Objects } });
      assert.deepEqual(
        result.Deleted?.map((entry) => entry.Key),
        ['k'],
      );
      assert.deepEqual(
        result.Errors?.map((entry) => [entry.Key, entry.Code]),
        [['other', 'PreconditionFailed']],
      );
      const left = await subject.s3.listObjectsV2({ Bucket });
      assert.deepEqual(
        left.Contents?.map((entry) => entry.Key),
        ['other'],
      );
    },
  },
  {
    name: 'GET and HEAD with If-Match give that revision only',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      await refused(subject.s3.getObject({ Bucket, Key, IfMatch: wrong }), failed);
      await refused(subject.s3.headObject({ Bucket, Key, IfMatch: wrong }), { status: 412 });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key, IfMatch: ETag })), 'one');
    },
  },
  {
    name: 'GET and HEAD with If-None-Match say 304 for a revision that the reader has',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      await refused(subject.s3.getObject({ Bucket, Key, IfNoneMatch: ETag }), { status: 304 });
      await refused(subject.s3.headObject({ Bucket, Key, IfNoneMatch: ETag }), { status: 304 });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key, IfNoneMatch: wrong })), 'one');
    },
  },
  {
    name: 'GET goes by the time of the last change where it is asked to',
    run: async (subject) => {
      const { Bucket, Key } = await withObject(subject);
      const past = new Date('2001-02-03T04:05:06Z');
      const future = new Date(Date.now() + 60_000);
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key, IfModifiedSince: past })), 'one');
      await refused(subject.s3.getObject({ Bucket, Key, IfModifiedSince: future }), { status: 304 });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key, IfUnmodifiedSince: future })), 'one');
      await refused(subject.s3.getObject({ Bucket, Key, IfUnmodifiedSince: past }), failed);
    },
  },
  {
    name: 'entity tags go before times: If-Match before If-Unmodified-Since, If-None-Match before If-Modified-Since',
    run: async (subject) => {
      const { Bucket, Key, ETag } = await withObject(subject);
      const past = new Date('2001-02-03T04:05:06Z');
      const matched = await subject.s3.getObject({ Bucket, Key, IfMatch: ETag, IfUnmodifiedSince: past });
      assert.equal(await textOf(matched), 'one');
      const unchanged = subject.s3.getObject({ Bucket, Key, IfNoneMatch: ETag, IfModifiedSince: past });
      await refused(unchanged, { status: 304 });
    },
  },
];

import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject } from './s3-subject.ts';

/** A bucket with an empty object at each key. */
async function withKeys(subject: S3Subject, keys: readonly string[]): Promise<string> {
  const Bucket = await makeBucket(subject);
  for (const Key of keys) {
    await subject.s3.putObject({ Bucket, Key, Body: '1' });
  }
  return Bucket;
}

const keysOf = (entries: readonly { Key?: string | undefined }[] | undefined) => entries?.map((entry) => entry.Key);
const prefixesOf = (entries: readonly { Prefix?: string | undefined }[] | undefined) =>
  entries?.map((entry) => entry.Prefix);

const numbered = Array.from({ length: 25 }, (_, index) => `lst/${index % 5}/f${String(index).padStart(2, '0')}`);

/** What S3 promises of listings. */
export const listingChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a listing comes in pages, every key once, in order',
    run: async ({ s3, ...subject }) => {
      const Bucket = await withKeys({ s3, ...subject }, numbered);
      const pages: number[] = [];
      const keys: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.listObjectsV2({ Bucket, Prefix: 'lst/', MaxKeys: 10, ContinuationToken });
        pages.push(page.KeyCount ?? -1);
        keys.push(...(keysOf(page.Contents) ?? []));
        ContinuationToken = page.NextContinuationToken;
        assert.equal(page.IsTruncated, ContinuationToken !== undefined);
      } while (ContinuationToken !== undefined);
      assert.deepEqual(pages, [10, 10, 5]);
      assert.deepEqual(keys, [...numbered].sort());
    },
  },
  {
    name: 'an entry of a listing says what HEAD says',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['k']);
      const head = await subject.s3.headObject({ Bucket, Key: 'k' });
      const [entry] = (await subject.s3.listObjectsV2({ Bucket })).Contents ?? [];
      assert.equal(entry?.ETag, head.ETag);
      assert.equal(entry?.Size, head.ContentLength);
      assert.deepEqual(entry?.LastModified, head.LastModified);
      assert.equal(entry?.StorageClass, 'STANDARD');
    },
  },
  {
    name: 'a delimiter gathers keys under common prefixes, across pages',
    run: async (subject) => {
      const Bucket = await withKeys(subject, [...numbered, 'lst/z']);
      const list = { Bucket, Prefix: 'lst/', Delimiter: '/', MaxKeys: 4 };
      const first = await subject.s3.listObjectsV2(list);
      assert.deepEqual(prefixesOf(first.CommonPrefixes), ['lst/0/', 'lst/1/', 'lst/2/', 'lst/3/']);
      assert.equal(first.IsTruncated, true);
      const rest = await subject.s3.listObjectsV2({ ...list, ContinuationToken: first.NextContinuationToken });
      assert.deepEqual(prefixesOf(rest.CommonPrefixes), ['lst/4/']);
      assert.deepEqual(keysOf(rest.Contents), ['lst/z']);
      assert.equal(rest.IsTruncated, false);
    },
  },
  {
    name: 'a listing starts after any key, also one that is not there',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['a', 'b', 'd']);
      const after = await subject.s3.listObjectsV2({ Bucket, StartAfter: 'b' });
      assert.deepEqual(keysOf(after.Contents), ['d']);
      const between = await subject.s3.listObjectsV2({ Bucket, StartAfter: 'c' });
      assert.deepEqual(keysOf(between.Contents), ['d']);
    },
  },
  {
    name: 'keys are ordered by the bytes of their UTF-8',
    run: async (subject) => {
      const keys = ['\uff5e', '😀', 'Z', 'a', '_', 'é', '\ud7ff', '\ue000'];
      const Bucket = await withKeys(subject, keys);
      const listed = await subject.s3.listObjectsV2({ Bucket });
      const expected = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(keysOf(listed.Contents), expected);
    },
  },
  {
    name: 'keys are encoded as in a form where that is asked for',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['sp ace/ü+100%.txt', 'x\u0001y']);
      const listed = await subject.s3.listObjectsV2({ Bucket, EncodingType: 'url' });
      assert.deepEqual(keysOf(listed.Contents), ['sp+ace/%C3%BC%2B100%25.txt', 'x%01y']);
      assert.equal(listed.EncodingType, 'url');
    },
  },
  {
    name: 'a listing of nothing is empty, and so is one of no keys',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['a']);
      const none = await subject.s3.listObjectsV2({ Bucket, Prefix: 'b' });
      assert.deepEqual([none.KeyCount, none.Contents, none.IsTruncated], [0, undefined, false]);
      const zero = await subject.s3.listObjectsV2({ Bucket, MaxKeys: 0 });
      assert.deepEqual([zero.KeyCount, zero.Contents, zero.IsTruncated], [0, undefined, false]);
    },
  },
  {
    name: 'a continuation token that is none is refused',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['a']);
      const listing = subject.s3.listObjectsV2({ Bucket, ContinuationToken: '!!' });
      await refused(listing, { name: 'InvalidArgument', status: 400 });
    },
  },
  {
    name: 'the first version of the listing goes on after a marker',
    run: async (subject) => {
      const Bucket = await withKeys(subject, ['a', 'b/1', 'b/2', 'c']);
      const first = await subject.s3.listObjects({ Bucket, MaxKeys: 2 });
      assert.deepEqual(keysOf(first.Contents), ['a', 'b/1']);
      assert.equal(first.IsTruncated, true);
      const rest = await subject.s3.listObjects({ Bucket, Marker: 'b/1' });
      assert.deepEqual(keysOf(rest.Contents), ['b/2', 'c']);
      const grouped = await subject.s3.listObjects({ Bucket, Delimiter: '/', MaxKeys: 2 });
      assert.deepEqual(prefixesOf(grouped.CommonPrefixes), ['b/']);
      assert.equal(grouped.NextMarker, 'b/');
      const last = await subject.s3.listObjects({ Bucket, Delimiter: '/', Marker: 'b/' });
      assert.deepEqual(keysOf(last.Contents), ['c']);
      assert.equal(last.CommonPrefixes, undefined);
    },
  },
];

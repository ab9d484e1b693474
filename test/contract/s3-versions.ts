import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, textOf } from './s3-subject.ts';

/** What S3 promises of versions. */
export const versionChecks: readonly Check<S3Subject>[] = [
  {
    name: 'versioning is unset, then on, then suspended',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      assert.equal((await s3.getBucketVersioning({ Bucket })).Status, undefined);
      for (const Status of ['Enabled', 'Suspended'] as const) {
        await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
        assert.equal((await s3.getBucketVersioning({ Bucket })).Status, Status);
      }
    },
  },
  {
    name: 'every write is a version of its own, read by its id',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      const first = await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      const second = await s3.putObject({ Bucket, Key: 'k', Body: '2' });
      assert.ok(first.VersionId);
      assert.notEqual(first.VersionId, second.VersionId);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k', VersionId: first.VersionId })), '1');
      const current = await s3.getObject({ Bucket, Key: 'k' });
      assert.equal(await textOf(current), '2');
      assert.equal(current.VersionId, second.VersionId);
    },
  },
  {
    name: 'a delete puts a marker over the versions, and deleting the marker takes it away',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      const deleted = await s3.deleteObject({ Bucket, Key: 'k' });
      assert.equal(deleted.DeleteMarker, true);
      assert.ok(deleted.VersionId);
      await refused(s3.getObject({ Bucket, Key: 'k' }), { name: 'NoSuchKey', status: 404 });
      await refused(s3.headObject({ Bucket, Key: 'k' }), { name: 'NotFound', status: 404 });
      assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 0);
      const undone = await s3.deleteObject({ Bucket, Key: 'k', VersionId: deleted.VersionId });
      assert.equal(undone.DeleteMarker, true);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k' })), '1');
    },
  },
  {
    name: 'a common prefix under which there are only delete markers is not listed',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      await s3.putObject({ Bucket, Key: 'gone/k', Body: '1' });
      await s3.deleteObject({ Bucket, Key: 'gone/k' });
      await s3.putObject({ Bucket, Key: 'here/k', Body: '1' });
      const { CommonPrefixes } = await s3.listObjectsV2({ Bucket, Delimiter: '/' });
      assert.deepEqual(CommonPrefixes, [{ Prefix: 'here/' }]);
    },
  },
  {
    name: 'a delete marker asked for by its id is no object: 405',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      const { VersionId } = await s3.deleteObject({ Bucket, Key: 'k' });
      await refused(s3.headObject({ Bucket, Key: 'k', VersionId }), { status: 405 });
      await refused(s3.getObject({ Bucket, Key: 'k', VersionId }), { name: 'MethodNotAllowed', status: 405 });
    },
  },
  {
    name: 'a version that is deleted is gone for good',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      const second = await s3.putObject({ Bucket, Key: 'k', Body: '2' });
      const deleted = await s3.deleteObject({ Bucket, Key: 'k', VersionId: second.VersionId });
      assert.equal(deleted.VersionId, second.VersionId);
      assert.equal(deleted.DeleteMarker, undefined);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k' })), '1');
      const gone = s3.getObject({ Bucket, Key: 'k', VersionId: second.VersionId });
      await refused(gone, { name: 'NoSuchVersion', status: 404 });
    },
  },
  {
    name: 'while versioning is suspended, writes share the version null, and older ones stay',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      const old = await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
      await s3.putObject({ Bucket, Key: 'k', Body: '2' });
      await s3.putObject({ Bucket, Key: 'k', Body: '3' });
      const { Versions } = await s3.listObjectVersions({ Bucket });
      assert.deepEqual(
        Versions?.map((version) => [version.VersionId, version.IsLatest]),
        [
          ['null', true],
          [old.VersionId, false],
        ],
      );
      const deleted = await s3.deleteObject({ Bucket, Key: 'k' });
      assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [true, 'null']);
      const after = await s3.listObjectVersions({ Bucket });
      assert.deepEqual(
        after.Versions?.map((version) => version.VersionId),
        [old.VersionId],
      );
    },
  },
  {
    name: 'versions are listed by key, the newest first, in pages',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      const ids: (string | undefined)[] = [];
      for (const Key of ['a', 'a', 'b']) {
        ids.push((await s3.putObject({ Bucket, Key, Body: Key })).VersionId);
      }
      const marker = await s3.deleteObject({ Bucket, Key: 'b' });
      const pages: unknown[] = [];
      let KeyMarker: string | undefined;
      let VersionIdMarker: string | undefined;
      do {
        const page = await s3.listObjectVersions({ Bucket, MaxKeys: 1, KeyMarker, VersionIdMarker });
        const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
        pages.push(...found.map((version) => [version.Key, version.VersionId, version.IsLatest]));
        KeyMarker = page.NextKeyMarker;
        VersionIdMarker = page.NextVersionIdMarker;
      } while (KeyMarker !== undefined && pages.length < 10);
      assert.deepEqual(pages, [
        ['a', ids[1], true],
        ['a', ids[0], false],
        ['b', marker.VersionId, true],
        ['b', ids[2], false],
      ]);
    },
  },
];

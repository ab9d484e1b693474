import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { fiveMebibytes, makeBucket, type S3Subject, textOf } from './s3-subject.ts';

const failed = { name: 'PreconditionFailed', status: 412 };

interface Begun {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

async function begin(subject: S3Subject, Bucket: string, Key = 'mp'): Promise<Begun> {
  const { UploadId } = await subject.s3.createMultipartUpload({ Bucket, Key });
  return { Bucket, Key, UploadId: UploadId! };
}

async function upload(
  { s3 }: S3Subject,
  begun: Begun,
  PartNumber: number,
  Body: string | Buffer,
): Promise<CompletedPart> {
  const { ETag } = await s3.uploadPart({ ...begun, PartNumber, Body });
  return { PartNumber, ETag };
}

const md5 = (bytes: Buffer | string) => createHash('md5').update(bytes).digest();

/** What S3 promises of multipart uploads. */
export const multipartChecks: readonly Check<S3Subject>[] = [
  {
    name: 'parts become one object, with what was said when the upload began',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const said = { Metadata: { m: '1' }, ContentType: 'a/b', Tagging: 'a=b' };
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'mp', ...said });
      const begun = { Bucket, Key: 'mp', UploadId: UploadId! };
      const Parts = [await upload(subject, begun, 1, fiveMebibytes), await upload(subject, begun, 2, 'tail')];
      await refused(s3.headObject({ Bucket, Key: 'mp' }), { status: 404 });
      const done = await s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      const etag = createHash('md5')
        .update(Buffer.concat([md5(fiveMebibytes), md5('tail')]))
        .digest('hex');
      assert.equal(done.ETag, `"${etag}-2"`);
      const head = await s3.headObject({ Bucket, Key: 'mp' });
      assert.equal(head.ContentLength, fiveMebibytes.length + 4);
      assert.equal(head.ETag, done.ETag);
      assert.deepEqual(head.Metadata, { m: '1' });
      assert.equal(head.ContentType, 'a/b');
      const range = `bytes=${fiveMebibytes.length - 1}-${fiveMebibytes.length + 3}`;
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'mp', Range: range })), '\u0007tail');
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'mp' })).TagSet, [{ Key: 'a', Value: 'b' }]);
    },
  },
  {
    name: 'an upload that is completed takes no more parts',
    run: async (subject) => {
      const begun = await begin(subject, await makeBucket(subject));
      const MultipartUpload = { Parts: [await upload(subject, begun, 1, 'x')] };
      await subject.s3.completeMultipartUpload({ ...begun, MultipartUpload });
      const late = subject.s3.uploadPart({ ...begun, PartNumber: 2, Body: 'y' });
      await refused(late, { name: 'NoSuchUpload', status: 404 });
    },
  },
  {
    name: 'a part is read by its number',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const begun = await begin(subject, Bucket);
      const Parts = [await upload(subject, begun, 1, fiveMebibytes), await upload(subject, begun, 2, 'tail')];
      await s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      const second = await s3.getObject({ Bucket, Key: 'mp', PartNumber: 2 });
      assert.equal(await textOf(second), 'tail');
      assert.equal(second.PartsCount, 2);
      assert.equal(second.$metadata.httpStatusCode, 206);
    },
  },
  {
    name: 'a part of less than 5 MiB is refused, but for the last',
    run: async (subject) => {
      const begun = await begin(subject, await makeBucket(subject));
      const Parts = [await upload(subject, begun, 1, 'x'), await upload(subject, begun, 2, 'y')];
      const done = subject.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      await refused(done, { name: 'EntityTooSmall', status: 400 });
    },
  },
  {
    name: 'a part with a wrong entity tag, and one that is not there, are refused',
    run: async (subject) => {
      const begun = await begin(subject, await makeBucket(subject));
      const first = await upload(subject, begun, 1, fiveMebibytes);
      const complete = (Parts: CompletedPart[]) =>
        subject.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      const invalid = { name: 'InvalidPart', status: 400 };
      await refused(complete([{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }]), invalid);
      await refused(complete([first, { PartNumber: 3, ETag: first.ETag }]), invalid);
      await complete([first]);
    },
  },
  {
    name: 'parts out of order, and no parts at all, are refused',
    run: async (subject) => {
      const begun = await begin(subject, await makeBucket(subject));
      const Parts = [await upload(subject, begun, 1, fiveMebibytes), await upload(subject, begun, 2, fiveMebibytes)];
      const complete = (parts: CompletedPart[]) =>
        subject.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts: parts } });
      await refused(complete(Parts.toReversed()), { name: 'InvalidPartOrder', status: 400 });
      await refused(complete([]), { name: 'MalformedXML', status: 400 });
      await complete(Parts);
    },
  },
  {
    name: 'a part takes the place of an earlier one with its number',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const begun = await begin(subject, Bucket);
      await upload(subject, begun, 1, 'first');
      const Parts = [await upload(subject, begun, 1, 'second')];
      await subject.s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'mp' })), 'second');
    },
  },
  {
    name: 'the parts of an upload are listed, in pages',
    run: async (subject) => {
      const begun = await begin(subject, await makeBucket(subject));
      for (const number of [3, 1, 7]) {
        await upload(subject, begun, number, `part ${number}`);
      }
      const first = await subject.s3.listParts({ ...begun, MaxParts: 2 });
      assert.deepEqual(
        first.Parts?.map((part) => [part.PartNumber, part.Size]),
        [
          [1, 6],
          [3, 6],
        ],
      );
      assert.equal(first.IsTruncated, true);
      const rest = await subject.s3.listParts({ ...begun, PartNumberMarker: first.NextPartNumberMarker });
      assert.deepEqual(
        rest.Parts?.map((part) => part.PartNumber),
        [7],
      );
      assert.equal(rest.IsTruncated, false);
    },
  },
  {
    name: 'uploads under way are listed by key and prefix',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      for (const key of ['b/2', 'a', 'b/1']) {
        await begin(subject, Bucket, key);
      }
      const all = await subject.s3.listMultipartUploads({ Bucket });
      assert.deepEqual(
        all.Uploads?.map((entry) => entry.Key),
        ['a', 'b/1', 'b/2'],
      );
      const some = await subject.s3.listMultipartUploads({ Bucket, Prefix: 'b/' });
      assert.deepEqual(
        some.Uploads?.map((entry) => entry.Key),
        ['b/1', 'b/2'],
      );
    },
  },
  {
    name: 'an aborted upload is gone',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const begun = await begin(subject, Bucket);
      await upload(subject, begun, 1, 'x');
      await subject.s3.abortMultipartUpload(begun);
      const gone = { name: 'NoSuchUpload', status: 404 };
      await refused(subject.s3.uploadPart({ ...begun, PartNumber: 1, Body: 'x' }), gone);
      await refused(subject.s3.listParts(begun), gone);
      assert.deepEqual((await subject.s3.listMultipartUploads({ Bucket })).Uploads ?? [], []);
    },
  },
  {
    name: 'completing with If-None-Match * never writes over another object',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const begun = await begin(subject, Bucket);
      const MultipartUpload = { Parts: [await upload(subject, begun, 1, 'new')] };
      await subject.s3.putObject({ Bucket, Key: 'mp', Body: 'old' });
      await refused(subject.s3.completeMultipartUpload({ ...begun, MultipartUpload, IfNoneMatch: '*' }), failed);
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'mp' })), 'old');
      await subject.s3.deleteObject({ Bucket, Key: 'mp' });
      await subject.s3.completeMultipartUpload({ ...begun, MultipartUpload, IfNoneMatch: '*' });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'mp' })), 'new');
    },
  },
  {
    name: 'completing with If-Match writes over that revision only',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const begun = await begin(subject, Bucket);
      const MultipartUpload = { Parts: [await upload(subject, begun, 1, 'new')] };
      const { ETag } = await subject.s3.putObject({ Bucket, Key: 'mp', Body: 'old' });
      await refused(subject.s3.completeMultipartUpload({ ...begun, MultipartUpload, IfMatch: '"dead"' }), failed);
      await subject.s3.completeMultipartUpload({ ...begun, MultipartUpload, IfMatch: ETag });
      assert.equal(await textOf(await subject.s3.getObject({ Bucket, Key: 'mp' })), 'new');
    },
  },
  {
    name: 'a part is copied from a range of another object, of one revision only',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const { ETag } = await s3.putObject({ Bucket, Key: 'source', Body: fiveMebibytes });
      const begun = await begin(subject, Bucket);
      const from = { CopySource: `${Bucket}/source`, PartNumber: 1, CopySourceRange: 'bytes=0-1048575' };
      await refused(s3.uploadPartCopy({ ...begun, ...from, CopySourceIfMatch: '"dead"' }), failed);
      const copied = await s3.uploadPartCopy({ ...begun, ...from, CopySourceIfMatch: ETag });
      assert.equal(copied.CopyPartResult?.ETag, `"${md5(fiveMebibytes.subarray(0, 1_048_576)).toString('hex')}"`);
      const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }];
      await s3.completeMultipartUpload({ ...begun, MultipartUpload: { Parts } });
      assert.equal((await s3.headObject({ Bucket, Key: 'mp' })).ContentLength, 1_048_576);
    },
  },
];

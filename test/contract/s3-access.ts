import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type S3Subject, s3Client, textOf } from './s3-subject.ts';

const denied = { name: 'AccessDenied', status: 403 };

type Statement = Readonly<Record<string, unknown>>;

async function putPolicy({ s3 }: S3Subject, Bucket: string, ...statements: readonly Statement[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await s3.putBucketPolicy({ Bucket, Policy });
}

/** Lets the other account do the actions in the bucket. */
function allowing(subject: S3Subject, Bucket: string, ...Action: readonly string[]): Statement {
  const Principal = { AWS: `arn:aws:iam::${subject.strangerAccount}:root` };
  return { Effect: 'Allow', Principal, Action, Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] };
}

/** What S3 promises of signatures, and of who may do what. */
export const accessChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a request that is not signed is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      const answer = await fetch(`${subject.endpoint}/${Bucket}/k`);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /<Code>AccessDenied<\/Code>/);
    },
  },
  {
    name: 'a request signed with a wrong secret is refused',
    run: async (subject) => {
      const forged = s3Client(subject.endpoint, { ...subject.keys, secretAccessKey: 'WRONG' });
      await refused(forged.listBuckets({}), { name: 'SignatureDoesNotMatch', status: 403 });
    },
  },
  {
    name: 'a request of nobody we know is refused',
    run: async (subject) => {
      const unknown = s3Client(subject.endpoint, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' });
      await refused(unknown.listBuckets({}), { name: 'InvalidAccessKeyId', status: 403 });
    },
  },
  {
    name: 'a bucket policy is kept as it is put, and deleted',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      await refused(s3.getBucketPolicy({ Bucket }), { name: 'NoSuchBucketPolicy', status: 404 });
      const statement = allowing(subject, Bucket, 's3:GetObject');
      await putPolicy(subject, Bucket, statement);
      const { Policy } = await s3.getBucketPolicy({ Bucket });
      assert.deepEqual(JSON.parse(Policy ?? ''), { Version: '2012-10-17', Statement: [statement] });
      await s3.deleteBucketPolicy({ Bucket });
      await refused(s3.getBucketPolicy({ Bucket }), { name: 'NoSuchBucketPolicy', status: 404 });
    },
  },
  {
    name: 'a policy for another account is not public',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await putPolicy(subject, Bucket, allowing(subject, Bucket, 's3:GetObject'));
      const { PolicyStatus } = await subject.s3.getBucketPolicyStatus({ Bucket });
      assert.equal(PolicyStatus?.IsPublic, false);
    },
  },
  {
    name: 'a policy that is none, or is about another bucket, is refused',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const malformed = { name: 'MalformedPolicy', status: 400 };
      await refused(s3.putBucketPolicy({ Bucket, Policy: '{' }), malformed);
      await refused(putPolicy(subject, Bucket, allowing(subject, 'another-bucket', 's3:GetObject')), malformed);
    },
  },
  {
    name: 'a policy may deny the owner',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const Resource = `arn:aws:s3:::${Bucket}/deny/*`;
      await putPolicy(subject, Bucket, { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource });
      await refused(subject.s3.putObject({ Bucket, Key: 'deny/x', Body: 'x' }), denied);
      await subject.s3.putObject({ Bucket, Key: 'other/x', Body: 'x' });
    },
  },
  {
    name: 'a policy that denies what does not come over TLS lets this endpoint be',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const denyWhereSecure = (secure: string) =>
        putPolicy(subject, Bucket, {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
          Condition: { Bool: { 'aws:SecureTransport': secure } },
        });
      await denyWhereSecure('false');
      await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      await denyWhereSecure('true');
      await refused(s3.putObject({ Bucket, Key: 'k', Body: 'y' }), denied);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: 'k' })), 'x');
    },
  },
  {
    name: 'a policy that lets everybody in is refused while public access is blocked',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
      await refused(putPolicy(subject, Bucket, open), denied);
    },
  },
  {
    name: 'another account comes in by a policy only, and does what it allows only',
    run: async (subject) => {
      const { s3, stranger } = subject;
      const Bucket = await makeBucket(subject);
      await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      await refused(stranger.getObject({ Bucket, Key: 'k' }), denied);
      await refused(stranger.putObject({ Bucket, Key: 'k', Body: 'y' }), denied);
      await refused(stranger.listObjectsV2({ Bucket }), denied);
      await refused(stranger.headBucket({ Bucket }), { status: 403 });
      await putPolicy(subject, Bucket, allowing(subject, Bucket, 's3:GetObject', 's3:PutObject'));
      await stranger.putObject({ Bucket, Key: 'k', Body: 'y' });
      assert.equal(await textOf(await stranger.getObject({ Bucket, Key: 'k' })), 'y');
      await refused(stranger.deleteObject({ Bucket, Key: 'k' }), denied);
      await refused(stranger.listObjectsV2({ Bucket }), denied);
    },
  },
  {
    name: 'who may not list is not told that a key is absent',
    run: async (subject) => {
      const { stranger } = subject;
      const Bucket = await makeBucket(subject);
      await putPolicy(subject, Bucket, allowing(subject, Bucket, 's3:GetObject'));
      await refused(stranger.getObject({ Bucket, Key: 'absent' }), denied);
      await refused(stranger.headObject({ Bucket, Key: 'absent' }), { status: 403 });
      await putPolicy(subject, Bucket, allowing(subject, Bucket, 's3:GetObject', 's3:ListBucket'));
      await refused(stranger.getObject({ Bucket, Key: 'absent' }), { name: 'NoSuchKey', status: 404 });
    },
  },
  {
    name: 'a copy needs the right to read the source and the right to write the destination',
    run: async (subject) => {
      const { s3, stranger } = subject;
      const source = await makeBucket(subject);
      const destination = await makeBucket(subject);
      await s3.putObject({ Bucket: source, Key: 'k', Body: 'x' });
      const copy = () => stranger.copyObject({ Bucket: destination, Key: 'c', CopySource: `${source}/k` });
      await putPolicy(subject, destination, allowing(subject, destination, 's3:PutObject'));
      await refused(copy(), denied);
      await putPolicy(subject, source, allowing(subject, source, 's3:GetObject'));
      await copy();
      assert.equal(await textOf(await s3.getObject({ Bucket: destination, Key: 'c' })), 'x');
    },
  },
  {
    name: 'a policy may let writes in only where they are conditional',
    run: async (subject) => {
      const { stranger } = subject;
      const Bucket = await makeBucket(subject);
      await putPolicy(subject, Bucket, {
        ...allowing(subject, Bucket, 's3:PutObject'),
        Condition: { Null: { 's3:if-none-match': 'false' } },
      });
      await refused(stranger.putObject({ Bucket, Key: 'k', Body: 'x' }), denied);
      await stranger.putObject({ Bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' });
    },
  },
  {
    name: 'a policy may let a listing in under a prefix only',
    run: async (subject) => {
      const { stranger } = subject;
      const Bucket = await makeBucket(subject);
      await putPolicy(subject, Bucket, {
        ...allowing(subject, Bucket, 's3:ListBucket'),
        Condition: { StringLike: { 's3:prefix': 'mine/*' } },
      });
      await stranger.listObjectsV2({ Bucket, Prefix: 'mine/x' });
      await refused(stranger.listObjectsV2({ Bucket, Prefix: 'yours/' }), denied);
      await refused(stranger.listObjectsV2({ Bucket }), denied);
    },
  },
];

import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, newBucketName, type S3Subject, s3Client } from './s3-subject.ts';

/** What S3 promises of buckets and their settings. */
export const bucketChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a bucket is made, listed, and deleted when it is empty',
    run: async (subject) => {
      const { s3, stranger } = subject;
      const Bucket = await makeBucket(subject);
      const names = (await s3.listBuckets({})).Buckets?.map((bucket) => bucket.Name);
      assert.ok(names?.includes(Bucket));
      const others = (await stranger.listBuckets({})).Buckets?.map((bucket) => bucket.Name);
      assert.ok(!others?.includes(Bucket));
      await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      await refused(s3.deleteBucket({ Bucket }), { name: 'BucketNotEmpty', status: 409 });
      await s3.deleteObject({ Bucket, Key: 'k' });
      await s3.deleteBucket({ Bucket });
      await refused(s3.headBucket({ Bucket }), { status: 404 });
      await refused(s3.listObjectsV2({ Bucket }), { name: 'NoSuchBucket', status: 404 });
    },
  },
  {
    name: 'the name of a bucket of another account is taken',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await refused(subject.stranger.createBucket({ Bucket }), { name: 'BucketAlreadyExists', status: 409 });
    },
  },
  {
    name: 'the name of a bucket has small letters, digits, dots and hyphens',
    run: async (subject) => {
      const Bucket = newBucketName();
      const invalid = subject.s3.createBucket({ Bucket: `${Bucket}_Upper` });
      await refused(invalid, { name: 'InvalidBucketName', status: 400 });
    },
  },
  {
    name: 'a bucket lies in its region, and says so to all who ask where',
    run: async (subject) => {
      const irish = s3Client(subject.endpoint, subject.keys, { region: 'eu-west-1' });
      const Bucket = newBucketName();
      await irish.createBucket({ Bucket });
      assert.equal((await irish.headBucket({ Bucket })).BucketRegion, 'eu-west-1');
      assert.equal((await irish.getBucketLocation({ Bucket })).LocationConstraint, 'eu-west-1');
      const plain = await makeBucket(subject);
      assert.equal((await subject.s3.getBucketLocation({ Bucket: plain })).LocationConstraint, undefined);
      assert.equal((await subject.s3.headBucket({ Bucket: plain })).BucketRegion, 'us-east-1');
    },
  },
  {
    name: 'a request for another region is told the right one: 301',
    run: async (subject) => {
      const irish = s3Client(subject.endpoint, subject.keys, { region: 'eu-west-1' });
      const Bucket = newBucketName();
      await irish.createBucket({ Bucket });
      await refused(subject.s3.headBucket({ Bucket }), { status: 301 });
      await refused(subject.s3.getObject({ Bucket, Key: 'k' }), { name: 'PermanentRedirect', status: 301 });
      const region = await subject.s3.headBucket({ Bucket }).catch((error: unknown) => regionIn(error));
      assert.equal(region, 'eu-west-1');
    },
  },
  {
    name: 'who may not enter a bucket is still told where it lies',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await refused(subject.stranger.headBucket({ Bucket }), { status: 403 });
      const region = await subject.stranger.headBucket({ Bucket }).catch((error: unknown) => regionIn(error));
      assert.equal(region, 'us-east-1');
    },
  },
  {
    name: 'a wrong expected owner is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: 'x', ExpectedBucketOwner: subject.account });
      const wrong = subject.s3.getObject({ Bucket, Key: 'k', ExpectedBucketOwner: '999999999999' });
      await refused(wrong, { name: 'AccessDenied', status: 403 });
    },
  },
  {
    name: 'a new bucket encrypts with the keys of S3',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const before = await subject.s3.getBucketEncryption({ Bucket });
      const rule = before.ServerSideEncryptionConfiguration?.Rules?.[0];
      assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
    },
  },
  {
    name: 'a bucket encrypts as it is told',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/x' } as const;
      await s3.putBucketEncryption({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
        },
      });
      const put = await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      assert.equal(put.ServerSideEncryption, 'aws:kms');
      const head = await s3.headObject({ Bucket, Key: 'k' });
      assert.equal(head.ServerSideEncryption, 'aws:kms');
      assert.match(head.SSEKMSKeyId ?? '', /alias\/x$/);
      assert.equal(head.BucketKeyEnabled, true);
    },
  },
  {
    name: 'a new bucket is closed to the public, and its owner owns what is in it',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { PublicAccessBlockConfiguration } = await subject.s3.getPublicAccessBlock({ Bucket });
      assert.deepEqual(PublicAccessBlockConfiguration, {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      });
      const { OwnershipControls } = await subject.s3.getBucketOwnershipControls({ Bucket });
      assert.deepEqual(OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    },
  },
  {
    name: 'an ACL is refused, but for the one that gives the owner everything',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { s3 } = subject;
      await s3.putObject({ Bucket, Key: 'k', Body: 'x', ACL: 'bucket-owner-full-control' });
      const other = s3.putObject({ Bucket, Key: 'k', Body: 'y', ACL: 'public-read' });
      await refused(other, { name: 'AccessControlListNotSupported', status: 400 });
      const { Grants } = await s3.getObjectAcl({ Bucket, Key: 'k' });
      assert.deepEqual(
        Grants?.map((grant) => grant.Permission),
        ['FULL_CONTROL'],
      );
    },
  },
  {
    name: 'a bucket that was made without Object Lock has none',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const absent = { name: 'ObjectLockConfigurationNotFoundError', status: 404 };
      await refused(subject.s3.getObjectLockConfiguration({ Bucket }), absent);
    },
  },
  {
    name: 'a lifecycle configuration is kept as it is put',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject);
      const absent = { name: 'NoSuchLifecycleConfiguration', status: 404 };
      await refused(s3.getBucketLifecycleConfiguration({ Bucket }), absent);
      const rule = {
        ID: 'old',
        Status: 'Enabled' as const,
        Filter: { Prefix: 'tmp/' },
        Expiration: { Days: 3 },
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      };
      await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [rule] } });
      assert.deepEqual((await s3.getBucketLifecycleConfiguration({ Bucket })).Rules, [rule]);
      await s3.deleteBucketLifecycle({ Bucket });
      await refused(s3.getBucketLifecycleConfiguration({ Bucket }), absent);
    },
  },
];

function regionIn(error: unknown): string | undefined {
  const { $response } = error as { readonly $response?: { headers?: Record<string, string> } };
  return $response?.headers?.['x-amz-bucket-region'];
}

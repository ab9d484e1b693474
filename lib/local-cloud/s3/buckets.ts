import { authorize, authorizeInOwnAccount } from './access.ts';
import { Bucket } from './bucket.ts';
import type { BucketCall, Call, Reply } from './call.ts';
import { notImplemented, s3Error } from './errors.ts';
import { ownerId } from './list-objects.ts';
import { receiveText } from './request-body.ts';
import { childText, expectOnly, readXml } from './xml.ts';

/** `ListBuckets`: those of the caller's own account. */
export function listBuckets(call: Call): Reply {
  authorizeInOwnAccount(call, 's3:ListAllMyBuckets', '*');
  const prefix = call.query.get('prefix') ?? '';
  const region = call.query.get('bucket-region');
  const own = [...call.service.buckets.values()]
    .filter((bucket) => bucket.owner === call.identity.account && bucket.name.startsWith(prefix))
    .filter((bucket) => region === undefined || bucket.region === region)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    xml: {
      root: 'ListAllMyBucketsResult',
      node: {
        Owner: { ID: ownerId(call.identity.account) },
        Buckets: {
          Bucket: own.map((bucket) => ({
            Name: bucket.name,
            CreationDate: new Date(bucket.createdAt).toISOString(),
            BucketRegion: bucket.region,
          })),
        },
        Prefix: prefix === '' ? undefined : prefix,
      },
    },
  };
}

/** `CreateBucket`. */
export async function createBucket(call: Call): Promise<Reply> {
  const { bucketName, identity, service } = call;
  if (!isBucketName(bucketName)) {
    throw s3Error('InvalidBucketName', { details: { BucketName: bucketName } });
  }
  authorizeInOwnAccount(call, 's3:CreateBucket', `arn:aws:s3:::${bucketName}`);
  checkOwnership(call);
  const region = await readRegion(call);
  const existing = service.buckets.get(bucketName);
  if (existing !== undefined && existing.owner !== identity.account) {
    throw s3Error('BucketAlreadyExists', { details: { BucketName: bucketName } });
  }
  // In us-east-1, for the sake of its oldest clients, creating one's own bucket again succeeds.
  if (existing !== undefined && region !== 'us-east-1') {
    throw s3Error('BucketAlreadyOwnedByYou', { details: { BucketName: bucketName } });
  }
  if (existing === undefined) {
    service.buckets.set(bucketName, new Bucket(bucketName, region, identity.account, service.now()));
  }
  return { headers: { location: `/${bucketName}`, 'x-amz-bucket-arn': `arn:aws:s3:::${bucketName}` } };
}

/** `DeleteBucket`: only an empty one. */
export function deleteBucket(call: BucketCall): Reply {
  const { bucket, service } = call;
  authorize(call, 's3:DeleteBucket', { bucket });
  if (!bucket.versions.isEmpty) {
    throw s3Error('BucketNotEmpty', { details: { BucketName: bucket.name } });
  }
  service.buckets.delete(bucket.name);
  return { status: 204 };
}

/** `HeadBucket`: whether the bucket is there, and where. */
export function headBucket(call: BucketCall): Reply {
  const { bucket } = call;
  authorize(call, 's3:ListBucket', { bucket });
  return { headers: { 'x-amz-bucket-region': bucket.region, 'x-amz-bucket-arn': bucket.arn } };
}

/** `GetBucketLocation`: the empty text stands for us-east-1. */
export function getBucketLocation(call: BucketCall): Reply {
  const { bucket } = call;
  authorize(call, 's3:GetBucketLocation', { bucket });
  return { xml: { root: 'LocationConstraint', node: bucket.region === 'us-east-1' ? '' : bucket.region } };
}

function checkOwnership(call: Call): void {
  const acl = call.header('x-amz-acl');
  const grants = Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-grant-'));
  if (grants || (acl !== undefined && acl !== 'private')) {
    throw s3Error('InvalidBucketAclWithObjectOwnership');
  }
  const ownership = call.header('x-amz-object-ownership');
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw notImplemented(`The object ownership ${ownership}`);
  }
}

async function readRegion(call: Call): Promise<string> {
  const document = await receiveText(call);
  let constraint: string | undefined;
  if (document !== '') {
    const configuration = readXml(document, 'CreateBucketConfiguration');
    expectOnly(configuration, ['LocationConstraint']);
    constraint = childText(configuration, 'LocationConstraint');
  }
  const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? 'us-east-1');
  if (region !== call.region && (call.region !== 'us-east-1' || constraint === undefined)) {
    throw s3Error('IllegalLocationConstraintException', {
      message: `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
  return region;
}

function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(?:\.\d+){3}$/.test(name);
}

import type { ResolvedStore } from '../config/resolved.ts';
import type { StoreCredentials } from '../vfs/store-definition.ts';

/** Something in a configuration that cannot be deployed. The message says what, where, and what to do. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** A store that functions on AWS can read or write: a bucket of a known account and region. */
export interface DeployedStore {
  /** Its name in the configuration. */
  readonly name: string;
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  /** `aws`, or the partition of China or GovCloud. */
  readonly partition: string;
  /** Its entry denies conditional deletes, so that plain ones are sent. */
  readonly plainDeletes?: true;
  /** The ARN of the role that is assumed to reach the store. Absent: the function's own role reaches it. */
  readonly assumedRole?: string;
}

/** A bucket, and where it lies. */
export type BucketPlace = Pick<DeployedStore, 'bucket' | 'partition' | 'account' | 'region'>;

/** Why a store lies out of reach of functions on AWS, so that others must carry what goes there; undefined for a bucket of Amazon S3. */
export function whyElsewhere(name: string, { definition, scheme }: ResolvedStore): string | undefined {
  if (scheme !== 's3') {
    return `stores.${name}.url is ${definition.url}, which is no bucket of Amazon S3`;
  }
  return definition.endpoint === undefined
    ? undefined
    : `stores.${name}.endpoint is set, and the store is no bucket of Amazon S3 then`;
}

/**
 * Reads an entry of `stores`, or what stands at `where`. Throws `DeploymentError`, naming the field, for a bucket that the functions could not reach.
 */
export function deployedStore(
  name: string,
  { definition, root, prefix }: ResolvedStore,
  where = `stores.${name}`,
): DeployedStore {
  if (/[*?$]/.test(prefix)) {
    const what = 'has "*", "?" or "$" in its prefix, which a policy reads as a wildcard or a variable';
    throw refusal(where, 'url', `${what}; use another prefix`);
  }
  const { account, region } = definition;
  if (account === undefined) {
    throw refusal(where, 'account', 'is missing; add the account that owns the bucket, such as "111111111111"');
  }
  if (region === undefined) {
    throw refusal(where, 'region', 'is missing; add the region of the bucket, such as eu-west-1');
  }
  const assumedRole = roleOf(where, definition.credentials);
  const partition = partitionOf(region);
  const plainDeletes = definition.capabilities?.deleteIfMatch === false ? ({ plainDeletes: true } as const) : {};
  return {
    name,
    bucket: root,
    prefix,
    account,
    region,
    partition,
    ...plainDeletes,
    ...(assumedRole && { assumedRole }),
  };
}

/** The control store as functions beside a source reach it. Throws `DeploymentError` where they could not. */
export function controlBucket(control: ResolvedStore, { account, region }: DeployedStore): DeployedStore {
  // A URL says neither: the bucket is then the source account's own.
  const placed = { ...control, definition: { account, region, ...control.definition } };
  return deployedStore('control', placed, 'control');
}

/** The ARN of a bucket. */
export function bucketArn({ partition, bucket }: Pick<DeployedStore, 'partition' | 'bucket'>): string {
  return `arn:${partition}:s3:::${bucket}`;
}

/** What every key of the store begins with inside its bucket: empty, or ending in a slash. */
export function keyPrefix({ prefix }: Pick<DeployedStore, 'prefix'>): string {
  return prefix === '' ? '' : `${prefix}/`;
}

function roleOf(where: string, credentials: StoreCredentials | undefined): string | undefined {
  if (credentials === undefined || 'role' in credentials) {
    return credentials?.role;
  }
  const what = `names ${'profile' in credentials ? 'a profile' : 'keys'}, which a function does not have`;
  throw refusal(
    where,
    'credentials',
    `${what}; name a role to assume, or leave the field out: the bucket then lets the function's own role in`,
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) {
    return 'aws-cn';
  }
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function refusal(where: string, field: string, reason: string): DeploymentError {
  return new DeploymentError(`${where}.${field} ${reason}`);
}

import { type Decision, evaluate } from '../policy.ts';
import type { RequestContext } from '../policy-conditions.ts';
import type { Bucket } from './bucket.ts';
import type { BucketCall, Call } from './call.ts';
import { s3Error } from './errors.ts';

/** The bucket, or the object in it, that an action is about. */
export interface AccessTarget {
  readonly bucket: Bucket;
  readonly key?: string;
}

/** Throws `AccessDenied` unless the caller may do the action on the object, or on the bucket where no key is given. */
export function authorize(call: Call, action: string, target: AccessTarget, context: RequestContext = {}): void {
  const decision = decide(call, action, target, context);
  if (!decision.allowed) {
    const resource = arnOf(target);
    throw s3Error('AccessDenied', {
      message: `User: ${call.identity.arn} is not authorized to perform: ${action} on resource: "${resource}" ${because(decision.reason)}`,
      ...(call.operation === 'HeadBucket' ? { headers: { 'x-amz-bucket-region': target.bucket.region } } : {}),
    });
  }
}

/** Whether the caller may list the bucket: only then is it told that a key does not exist. */
export function mayList(call: Call, bucket: Bucket): boolean {
  return decide(call, 's3:ListBucket', { bucket }, {}).allowed;
}

/** The error for a key that is not there, or `AccessDenied` for a caller who may not know. */
export function notFound(
  call: Call,
  bucket: Bucket,
  code: 'NoSuchKey' | 'NoSuchVersion',
  headers: Readonly<Record<string, string | undefined>> = {},
): Error {
  if (!mayList(call, bucket)) {
    return s3Error('AccessDenied');
  }
  return s3Error(code, { details: { Key: call.key }, headers });
}

/** Throws `AccessDenied` for an action that concerns no bucket of somebody, such as creating one. */
export function authorizeInOwnAccount(call: Call, action: string, resource: string): void {
  const { account, arn, policy } = call.identity;
  const decision = evaluate({
    caller: { kind: 'identity', account, arn, policy },
    action,
    resource,
    resourceAccount: account,
  });
  if (!decision.allowed) {
    throw s3Error('AccessDenied', {
      message: `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}" ${because(decision.reason)}`,
    });
  }
}

/** Throws `AccessDenied` when a header names an account that does not own the bucket. */
export function checkExpectedOwner(call: BucketCall): void {
  const expected = call.header('x-amz-expected-bucket-owner');
  if (expected !== undefined && expected !== call.bucket.owner) {
    throw s3Error('AccessDenied');
  }
}

/**
 * Throws `AccessControlListNotSupported` when a write carries an ACL: with the ownership setting `BucketOwnerEnforced`,
 * which every bucket here has, only `bucket-owner-full-control` is let through.
 */
export function refuseAcls(call: Call): void {
  const acl = call.header('x-amz-acl');
  const grants = Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-grant-'));
  if (grants || (acl !== undefined && acl !== 'bucket-owner-full-control')) {
    throw s3Error('AccessControlListNotSupported');
  }
}

function decide(call: Call, action: string, target: AccessTarget, context: RequestContext): Decision {
  const { account, arn, policy } = call.identity;
  const { bucket } = target;
  const outsider = account !== bucket.owner;
  if (outsider && bucket.policy?.isPublic === true && bucket.publicAccessBlock?.RestrictPublicBuckets === true) {
    return { allowed: false, reason: 'resource-policy' };
  }
  return evaluate({
    caller: { kind: 'identity', account, arn, policy },
    action,
    resource: arnOf(target),
    resourceAccount: bucket.owner,
    resourcePolicy: bucket.policy?.document,
    context: { ...contextOf(call), 's3:ResourceAccount': bucket.owner, ...context },
  });
}

/** Condition keys of S3 that are headers or query parameters of the request. */
const conditionSources: readonly (readonly [key: string, source: 'header' | 'query', name: string])[] = [
  ['s3:x-amz-acl', 'header', 'x-amz-acl'],
  ['s3:x-amz-copy-source', 'header', 'x-amz-copy-source'],
  ['s3:x-amz-metadata-directive', 'header', 'x-amz-metadata-directive'],
  ['s3:x-amz-server-side-encryption', 'header', 'x-amz-server-side-encryption'],
  ['s3:x-amz-server-side-encryption-aws-kms-key-id', 'header', 'x-amz-server-side-encryption-aws-kms-key-id'],
  ['s3:x-amz-storage-class', 'header', 'x-amz-storage-class'],
  ['s3:if-match', 'header', 'if-match'],
  ['s3:if-none-match', 'header', 'if-none-match'],
  ['s3:prefix', 'query', 'prefix'],
  ['s3:delimiter', 'query', 'delimiter'],
  ['s3:VersionId', 'query', 'versionId'],
];

function contextOf(call: Call): RequestContext {
  const context: Record<string, string> = {};
  for (const [key, source, name] of conditionSources) {
    const value = source === 'header' ? call.header(name) : call.query.get(name);
    if (value !== undefined) {
      context[key] = value;
    }
  }
  return context;
}

function arnOf(target: AccessTarget): string {
  return target.key === undefined ? target.bucket.arn : `${target.bucket.arn}/${target.key}`;
}

function because(reason: Extract<Decision, { allowed: false }>['reason']): string {
  switch (reason) {
    case 'explicit-deny':
      return 'with an explicit deny in a policy';
    case 'identity-policy':
      return 'because no identity-based policy allows the action';
    case 'resource-policy':
      return 'because no resource-based policy allows the action';
  }
}

import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { BucketSettings, Told, Untold } from '../bucket-settings.ts';
import type { VfsErrorCode } from '../errors.ts';
import {
  encryptionIn,
  grantsIn,
  ownershipIn,
  publicAccessBlockIn,
  retentionIn,
  versioningIn,
} from './bucket-settings-answers.ts';
import { lifecycleIn } from './bucket-settings-lifecycle.ts';
import type { S3Command, S3Connection } from './connection.ts';
import { statusOf, toVfsError, vendorCode } from './errors.ts';
import { withAnswerText } from './middleware.ts';

/** A question about the bucket, and how its answer is told from another. */
interface Question<Input extends ServiceInputTypes, Output extends ServiceOutputTypes, T> {
  readonly command: S3Command<Input, Output>;
  /** The element that the answer is, a pattern. A store that does not know the question may answer it with a listing. */
  readonly root: string;
  /** The error by which S3 says that there is none. */
  readonly absence?: string;
  /** Undefined where there is none. */
  readonly read: (answer: Output) => T | undefined;
}

/**
 * How a bucket is set up, by one question after another. What is denied, and what a compatible store does not have, is `unknown`.
 * Rejects with `VfsError` where the bucket cannot be asked at all.
 */
export async function readBucketSettings(connection: S3Connection, signal: AbortSignal): Promise<BucketSettings> {
  const { bucket } = connection;
  const ask = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes, T>(
    question: Question<Input, Output, T>,
  ) => told(connection, signal, question);
  return {
    lifecycle: await ask({
      command: new GetBucketLifecycleConfigurationCommand(bucket),
      root: 'LifecycleConfiguration',
      absence: 'NoSuchLifecycleConfiguration',
      read: lifecycleIn,
    }),
    versioning: await ask({
      command: new GetBucketVersioningCommand(bucket),
      root: 'VersioningConfiguration',
      read: versioningIn,
    }),
    publicAccessBlock: await ask({
      command: new GetPublicAccessBlockCommand(bucket),
      root: '(?:BlockPublicAccess|PublicAccess)BlockConfiguration', // The first is Ceph's.
      absence: 'NoSuchPublicAccessBlockConfiguration',
      read: publicAccessBlockIn,
    }),
    policyIsPublic: await ask({
      command: new GetBucketPolicyStatusCommand(bucket),
      root: 'PolicyStatus',
      absence: 'NoSuchBucketPolicy',
      read: ({ PolicyStatus }) => PolicyStatus?.IsPublic,
    }),
    grants: await ask({ command: new GetBucketAclCommand(bucket), root: 'AccessControlPolicy', read: grantsIn }),
    acls: await ask({
      command: new GetBucketOwnershipControlsCommand(bucket),
      root: 'OwnershipControls',
      absence: 'OwnershipControlsNotFoundError',
      read: ownershipIn,
    }),
    retention: await ask({
      command: new GetObjectLockConfigurationCommand(bucket),
      root: 'ObjectLockConfiguration',
      absence: 'ObjectLockConfigurationNotFoundError',
      read: retentionIn,
    }),
    encryption: await ask({
      command: new GetBucketEncryptionCommand(bucket),
      root: 'ServerSideEncryptionConfiguration',
      absence: 'ServerSideEncryptionConfigurationNotFoundError',
      read: encryptionIn,
    }),
  };
}

async function told<Input extends ServiceInputTypes, Output extends ServiceOutputTypes, T>(
  connection: S3Connection,
  signal: AbortSignal,
  { command, root, absence, read }: Question<Input, Output, T>,
): Promise<Told<T>> {
  const attempt = connection.attempt('bucketSettings', '');
  const client = await connection.client(attempt, signal);
  let isAnswer = false;
  withAnswerText(command, (text) => {
    isAnswer = new RegExp(`<${root}[\\s/>]`).test(text);
  });
  try {
    const answer = await client.send(command, { abortSignal: signal });
    if (!isAnswer) {
      return { kind: 'unknown', because: 'not-offered', reason: notTheAnswer };
    }
    const value = read(answer);
    return value === undefined ? { kind: 'absent' } : { kind: 'known', value };
  } catch (error) {
    if (absence !== undefined && vendorCode(error) === absence) {
      return { kind: 'absent' };
    }
    const { code, reason } = toVfsError(error, attempt);
    const because = isOfTheBucket(error) ? undefined : refusals[code];
    if (because === undefined) {
      throw toVfsError(error, attempt);
    }
    return { kind: 'unknown', because, reason };
  }
}

/** What a store does that takes no notice of the question. */
const notTheAnswer = 'it answers with something else, such as a listing';

/** Failures that are about the question. The others may pass, or are about the caller. */
const refusals: Readonly<Partial<Record<VfsErrorCode, Untold['because']>>> = {
  PermissionDenied: 'denied',
  NotFound: 'not-offered',
  Unsupported: 'not-offered',
  InvalidArgument: 'not-offered',
  Unknown: 'not-understood',
};

/** Whether the bucket is not there, or lies elsewhere. */
function isOfTheBucket(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return vendorCode(error) === 'NoSuchBucket' || (status >= 300 && status < 400);
}

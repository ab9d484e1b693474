import { randomBytes } from 'node:crypto';
import { S3, type S3ClientConfig } from '@aws-sdk/client-s3';

/** Credentials as the clients take them. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A queue that S3 may be told to send notifications to. */
export interface NotifiedQueue {
  readonly arn: string;
  /** Waits until as many messages have come, and takes them; `0` takes what is there. */
  take(count: number): Promise<readonly unknown[]>;
}

/** An S3 endpoint under test, and who may speak to it. */
export interface S3Subject {
  readonly endpoint: string;
  /** A client of the account that owns the buckets; an administrator there. */
  readonly s3: S3;
  readonly keys: S3Keys;
  readonly account: string;
  /** A client of another account, an administrator there. */
  readonly stranger: S3;
  readonly strangerAccount: string;
  /** A fresh queue, whose policy lets S3 send to it. */
  newQueue(): Promise<NotifiedQueue>;
}

/** A client for an endpoint; it makes no second attempt. */
export function s3Client(endpoint: string, credentials: S3Keys, more: S3ClientConfig = {}): S3 {
  return new S3({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1, ...more });
}

/** A bucket of the owner's that nothing else uses. */
export async function makeBucket({ s3 }: S3Subject, versioning?: 'Enabled' | 'Suspended'): Promise<string> {
  const Bucket = newBucketName();
  await s3.createBucket({ Bucket });
  if (versioning !== undefined) {
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: versioning } });
  }
  return Bucket;
}

/** A name that no bucket has had. */
export function newBucketName(): string {
  return `contract-${randomBytes(8).toString('hex')}`;
}

/** The body of an answer, as text. */
export async function textOf(answer: {
  readonly Body?: { transformToString(encoding?: string): Promise<string> } | undefined;
}): Promise<string> {
  if (answer.Body === undefined) {
    throw new Error('the answer has no body');
  }
  return answer.Body.transformToString();
}

/** Part of an object, in the size from which S3 takes several. */
export const fiveMebibytes = Buffer.alloc(5 * 1024 * 1024, 7);

import { GetBucketEncryptionCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { bucketRegion, errorHeader, meaningOf, statusOf, vendorCode } from './errors.ts';

/** The bucket, and the account that must own it, as every request names them. */
export interface BucketFields {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

/**
 * Asks in which region the bucket lies; undefined when there is no such bucket.
 *
 * HeadBucket answers from any region, and says it even while it redirects or denies (as kOps reads it since 1.36).
 * An answer without a region is that of the region asked.
 */
export async function askRegion(client: S3Client, bucket: BucketFields, asked: string): Promise<string | undefined> {
  try {
    const { BucketRegion } = await client.send(new HeadBucketCommand(bucket));
    return BucketRegion || asked;
  } catch (error) {
    const region = errorHeader(error, bucketRegion);
    if (region) {
      return region;
    }
    if (statusOf(error) === 404) {
      return undefined;
    }
    throw error;
  }
}

/** Asks whether the bucket is there. One that may not be looked at, or lies elsewhere, is there. */
export async function askPresence(client: S3Client, bucket: BucketFields): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand(bucket));
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) {
      return false;
    }
    if (status === 403 || status === 301) {
      return true;
    }
    throw error;
  }
}

/**
 * Asks whether the bucket encrypts by a rule of its own, which no header of ours should override.
 *
 * Like kOps, takes a denied question for a no. Unlike kOps, not a failed one: under a KMS rule the answer would store
 * objects under another key.
 */
export async function askEncryption(client: S3Client, bucket: BucketFields): Promise<boolean> {
  try {
    const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand(bucket));
    return (ServerSideEncryptionConfiguration?.Rules ?? []).length > 0;
  } catch (error) {
    const without = vendorCode(error) === 'ServerSideEncryptionConfigurationNotFoundError';
    if (without || meaningOf(error)?.code === 'PermissionDenied') {
      return false;
    }
    throw error;
  }
}

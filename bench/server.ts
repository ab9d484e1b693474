import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../lib/flow/concurrency.ts';
import { IdentityRegistry } from '../lib/local-cloud/identity.ts';
import { LocalS3 } from '../lib/local-cloud/s3/server.ts';
import type { Place } from './place.ts';

const region = 'eu-west-1';
/** Written bodies above this size are digested and let go, so that the server's memory does not bound what is measured. */
const discardBodiesAbove = 1024 * 1024;

/** An embedded S3 in this process, with one account, for workers in processes of their own. */
export interface Server {
  readonly s3: LocalS3;
  /** Of an administrator. */
  readonly client: S3Client;
  /** With which any official client finds the server and signs in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a versioned bucket, as a state store's is, and says how a worker reaches it. */
  createBucket(name: string): Promise<Place>;
  /** Puts objects of this size in bytes, all different. */
  fill(bucket: string, keys: readonly string[], size: number): Promise<void>;
  count(bucket: string): Promise<number>;
  close(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const identities = new IdentityRegistry();
  const { accessKeyId, secretAccessKey } = identities.addUser('111111111111', 'admin');
  const s3 = new LocalS3({ identities, limits: { discardBodiesAbove } });
  const endpoint = await s3.start();
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const environment = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return {
    s3,
    client,
    environment,
    createBucket: async (Bucket) => {
      await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      return { definition: { url: `s3://${Bucket}`, region }, environment };
    },
    fill: (Bucket, keys, size) =>
      forEachConcurrently(keys, 32, async (Key) => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: bytesOf(Key, size) }));
      }),
    count: (bucket) => countObjects(client, bucket),
    close: async () => {
      client.destroy();
      await s3.close();
    },
  };
}

/** Keys of one cluster that count alone, as kOps writes addons. */
export function addonKeys(cluster: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `${cluster}/addons/a${String(i).padStart(6, '0')}.example/k8s-1.19.yaml`,
  );
}

function bytesOf(key: string, size: number): Buffer {
  return Buffer.alloc(size, `${key}\n`);
}

async function countObjects(client: S3Client, Bucket: string): Promise<number> {
  let count = 0;
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ...(token && { ContinuationToken: token }) }));
    count += page.KeyCount ?? 0;
    token = page.NextContinuationToken;
  }
  return count;
}

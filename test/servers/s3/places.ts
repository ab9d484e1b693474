import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import type { S3Endpoint } from './endpoint.ts';
import type { KnownBucket, KnownServer } from './quirks.ts';

/** One kind of place at a server under test: a bucket of some sort, or a prefix of a bucket that the user named. */
export interface S3Place {
  readonly title: string;
  /** What sort it is, without the server. */
  readonly kind: string;
  /** What is known of it; undefined where nothing is. */
  readonly known: KnownBucket | undefined;
  /** The environment of somebody who works with this server. */
  readonly environment: Readonly<Record<string, string>>;
  /** A plain client, which shares nothing with the driver. */
  readonly client: S3Client;
  /** Makes a new, empty store of this kind. */
  make(): Promise<S3Store>;
  /** Removes what is left in a bucket that was there before. Buckets that were made go with their server. */
  clear(): Promise<void>;
}

/** Where a store lies, for the driver and for a plain client. */
export interface S3Store {
  readonly definition: StoreDefinition;
  readonly bucket: string;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
}

/** The places of a server: those of which something is known, or else one prefix of the bucket that the endpoint names. */
export function s3Places(server: KnownServer | undefined, endpoint: S3Endpoint): readonly S3Place[] {
  const { accessKeyId, secretAccessKey, region = 'us-east-1' } = endpoint;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint: endpoint.endpoint, region, forcePathStyle: true, credentials });
  if (server === undefined) {
    return [namedPlace(endpoint, client)];
  }
  return Object.entries(server.buckets).map(([kind, known]) => ({
    title: `${kind} of ${server.title}`,
    kind,
    known,
    environment: known.amazon === true ? amazonAt(endpoint) : compatibleAt(endpoint),
    client,
    make: () => makeBucket(client, known.versions === true),
    clear: async () => {},
  }));
}

async function makeBucket(client: S3Client, versions: boolean): Promise<S3Store> {
  const bucket = `statesync-test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  if (versions) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  return { bucket, prefix: '', definition: { url: `s3://${bucket}`, ...(versions ? {} : withoutVersions) } };
}

function namedPlace(endpoint: S3Endpoint, client: S3Client): S3Place {
  const { bucket = '' } = endpoint;
  const root = `statesync-test-${randomUUID()}/`;
  return {
    title: `a prefix of ${bucket} at ${new URL(endpoint.endpoint).host}`,
    kind: 'a prefix of a bucket',
    known: undefined,
    environment: compatibleAt(endpoint),
    client,
    make: async () => {
      const prefix = `${root}${randomUUID()}/`;
      return { bucket, prefix, definition: { url: `s3://${bucket}/${prefix.slice(0, -1)}`, ...withoutVersions } };
    },
    clear: () => removeAll(client, bucket, root),
  };
}

const withoutVersions: Partial<StoreDefinition> = { capabilities: { versions: false } };

async function removeAll(client: S3Client, Bucket: string, Prefix: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    if (Contents.length === 0) {
      return;
    }
    await Promise.all(Contents.map(({ Key }) => client.send(new DeleteObjectCommand({ Bucket, Key }))));
  }
}

function compatibleAt({ endpoint, accessKeyId, secretAccessKey, region = 'us-east-1' }: S3Endpoint) {
  return {
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    S3_REGION: region,
  };
}

function amazonAt({ endpoint, accessKeyId, secretAccessKey, region = 'us-east-1' }: S3Endpoint) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  };
}

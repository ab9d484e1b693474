import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { systemClock } from '../../../lib/flow/clock.ts';
import { type Identity, IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../../lib/local-cloud/s3/server.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

/** An S3 with one account, and what a test needs to look at it from outside. */
export interface LocalCloud {
  readonly s3: LocalS3;
  readonly endpoint: string;
  readonly identities: IdentityRegistry;
  readonly owner: Identity;
  /** A plain client of the owner, which shares nothing with the driver. */
  readonly admin: S3Client;
  createBucket(name: string, options?: BucketOptions): Promise<void>;
  /** Opens a bucket as the AWS tools would, with the owner's keys in the environment. */
  open(definition: StoreDefinition, environment?: Environment): Driver;
  store(definition: StoreDefinition, environment?: Environment): Store;
  close(): Promise<void>;
}

export interface BucketOptions {
  readonly region?: string;
  readonly versions?: boolean;
  readonly kms?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export async function startLocalCloud(): Promise<LocalCloud> {
  const identities = new IdentityRegistry();
  const owner = identities.addUser('111111111111', 'owner');
  const s3 = new LocalS3({ identities, limits: { minimumPartSize: 1 } });
  const endpoint = await s3.start();
  const admin = clientOf(endpoint, owner);
  const drivers: Driver[] = [];
  const open = (definition: StoreDefinition, environment: Environment = {}) => {
    const driver = openDriver(definition, {
      environment: { ...amazonAt(endpoint, owner), ...environment },
      clock: systemClock,
    });
    drivers.push(driver);
    return driver;
  };
  return {
    s3,
    endpoint,
    identities,
    owner,
    admin,
    open,
    store: (definition, environment) => new Store(open(definition, environment)),
    createBucket: (name, options = {}) => createBucket(admin, name, options),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      admin.destroy();
      await s3.close();
    },
  };
}

/** The environment of somebody who works with Amazon S3, which is at this endpoint. */
export function amazonAt(endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Identity): Environment {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** The environment of somebody who works with an S3-compatible store at this endpoint. */
export function compatibleAt(endpoint: string, { accessKeyId, secretAccessKey }: Identity): Environment {
  return { S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
}

export function clientOf(endpoint: string, { accessKeyId, secretAccessKey }: Identity): S3Client {
  const credentials = { accessKeyId, secretAccessKey };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
}

async function createBucket(admin: S3Client, Bucket: string, { region, versions, kms }: BucketOptions): Promise<void> {
  const CreateBucketConfiguration = region && { LocationConstraint: region };
  await admin.send(
    new CreateBucketCommand({
      Bucket,
      ...(CreateBucketConfiguration && { CreateBucketConfiguration }),
    } as CreateBucketCommandInput),
  );
  if (versions === true) {
    await admin.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  if (kms === true) {
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/state' } as const;
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
    await admin.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  }
}

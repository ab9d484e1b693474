import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { policyOf as destinationPolicy } from '../../lib/config/routes.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { type Identity, IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { parsePolicy } from '../../lib/local-cloud/policy-document.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { deploymentOf, roleArn } from '../../lib/policy/deployed-routes.ts';
import type { DeployedStore } from '../../lib/policy/deployed-store.ts';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { replicaBucketPolicy, replicateRolePolicy } from '../../lib/policy/replication-access.ts';
import type { Outcome } from '../../lib/replication/outcome.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { configurationOf, twoAccounts } from './configuration.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // As the driver has it, which is loaded later.

const never = new AbortController().signal;
const { routes, config } = deploymentOf(configurationOf(twoAccounts));
const leg = routes[0]!.legs[0]!;
const sourceBucket = leg.source.bucket;
const replicaBucket = leg.destination.bucket;

const cluster = 'prod/c.example.com';
const backup = `${cluster}/backups/etcd/main/2026-01-01T00:00:00Z-000001`;
const objects: Readonly<Record<string, string>> = {
  [`${cluster}/config`]: 'kind: Cluster',
  [`${cluster}/instancegroup/nodes`]: 'kind: InstanceGroup',
  [`${cluster}/instancegroup/old`]: 'kind: InstanceGroup',
  [`${cluster}/secrets/admin`]: '{}',
  [`${backup}/etcd.backup.gz`]: 'x'.repeat(4096),
  [`${backup}/_etcd_backup.meta`]: '{}',
};

/**
 * Replicates a small store from one account into another as the deployed role would, with `rolePolicy` as its own policy and the deployed
 * policy on the replica's bucket. Resolves to all that went wrong or is left behind; empty when nothing did.
 */
export async function complaintsUnder(rolePolicy: PolicyDocument): Promise<readonly string[]> {
  const identities = new IdentityRegistry();
  const s3 = new LocalS3({ identities, limits: { minimumPartSize: 1 } });
  const endpoint = await s3.start();
  const adminOf = ({ account, region }: DeployedStore) =>
    new S3Client({ endpoint, region, forcePathStyle: true, credentials: identities.addUser(account, 'admin') });
  const source = adminOf(leg.source);
  const replica = adminOf(leg.destination);
  try {
    await prepare(source, replica);
    const environment = environmentOf(endpoint, sessionOf(identities, rolePolicy));
    return [...(await replicate(source, environment)), ...(await leftBehind(source, replica))];
  } finally {
    source.destroy();
    replica.destroy();
    await s3.close();
  }
}

async function prepare(source: S3Client, replica: S3Client): Promise<void> {
  await source.send(createBucket(leg.source));
  for (const [Key, Body] of Object.entries(objects)) {
    await source.send(new PutObjectCommand({ Bucket: sourceBucket, Key, Body }));
  }
  const bucket = { Bucket: replicaBucket };
  await replica.send(createBucket(leg.destination));
  await replica.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const Rules = [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/a' } as const },
  ];
  const encryption = { ...bucket, ServerSideEncryptionConfiguration: { Rules } };
  await replica.send(new PutBucketEncryptionCommand(encryption));
  const Policy = JSON.stringify(replicaBucketPolicy(leg.destination, [leg]));
  await replica.send(new PutBucketPolicyCommand({ ...bucket, Policy }));
}

function createBucket({ bucket, region }: DeployedStore): CreateBucketCommand {
  const LocationConstraint = region as BucketLocationConstraint;
  return new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } });
}

/** Everything that the function does: first copy, change, delete, pruned backup, an upload that is given up. */
async function replicate(source: S3Client, environment: Record<string, string>): Promise<readonly string[]> {
  const options = { environment, clock: systemClock, attempts: 1 };
  const [from, to] = await Promise.all(
    [leg.source, leg.destination].map(({ name }) => openStore(config.stores[name]!.definition, options)),
  );
  const replicator = createReplicator({
    source: from!,
    destination: to!,
    policy: destinationPolicy(config.routes[0]!, config.routes[0]!.to[0]!),
    brake: { deletes: 9, prunedBackups: 9 },
    clock: systemClock,
    partSize: 1024,
    workerLifetimeMs: -60_000, // As if all that is pruned here had been pruned long ago.
  });
  const outcomes: Outcome[] = [];
  const reconcile = () => replicator.reconcile('', (outcome) => outcomes.push(outcome), never);
  const remove = (Key: string) => source.send(new DeleteObjectCommand({ Bucket: sourceBucket, Key }));
  const converge = async (key: string) => {
    const byKey = await replicator.converge([key], never);
    outcomes.push(...(byKey.get(key) ?? []));
  };
  try {
    await reconcile();
    const nodes = { Bucket: sourceBucket, Key: `${cluster}/instancegroup/nodes`, Body: 'kind: InstanceGroup # 2' };
    await source.send(new PutObjectCommand(nodes));
    await converge('c.example.com/instancegroup/nodes');
    await remove(`${cluster}/instancegroup/old`);
    await converge('c.example.com/instancegroup/old');
    await remove(`${backup}/_etcd_backup.meta`);
    await remove(`${backup}/etcd.backup.gz`);
    await reconcile();
    await reconcile();
    const upload = await to!.uploads.begin('given-up', { signal: never, headers: {}, metadata: {} });
    await to!.uploads.abort(upload, never);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all([from!.close(), to!.close()]);
  }
  return outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.reason] : []));
}

async function leftBehind(source: S3Client, replica: S3Client): Promise<readonly string[]> {
  const [wanted, got] = await Promise.all([keysOf(source, sourceBucket), keysOf(replica, replicaBucket)]);
  const uploads = await replica.send(new ListMultipartUploadsCommand({ Bucket: replicaBucket }));
  const heads = await Promise.all(
    got.map((Key) => replica.send(new HeadObjectCommand({ Bucket: replicaBucket, Key }))),
  );
  return [
    ...(wanted.join() === got.join() ? [] : [`the replica has ${got.join()} instead of ${wanted.join()}`]),
    ...(uploads.Uploads ?? []).map(({ Key }) => `an upload of ${Key} is left`),
    ...heads.flatMap(({ ServerSideEncryption: how }) => (how === 'aws:kms' ? [] : [`encrypted by ${how}`])),
  ];
}

async function keysOf(client: S3Client, Bucket: string): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

function sessionOf(identities: IdentityRegistry, policy: PolicyDocument): Identity {
  const { account } = leg.source;
  const arn = roleArn(leg.source, leg.replicate).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
  const { accessKeyId, secretAccessKey } = identities.addUser(account, 'session');
  const parsed = parsePolicy(JSON.stringify(policy), 'identity');
  return identities.add({ account, arn: `${arn}/1`, accessKeyId, secretAccessKey, policy: parsed });
}

function environmentOf(endpoint: string, { accessKeyId, secretAccessKey }: Identity): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: leg.source.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}

/** The policy that is deployed for the role. */
export const deployedPolicy = replicateRolePolicy(leg);

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { defaultGate, type GateMode } from '../lib/config/defaults.ts';
import { resolveConfig } from '../lib/config/resolve.ts';
import { type ResolvedConfig, writeResolved } from '../lib/config/resolved.ts';
import { systemClock } from '../lib/flow/clock.ts';
import { LocalCloud } from '../lib/local-cloud/cloud.ts';
import type { Identity } from '../lib/local-cloud/identity.ts';
import type { NotificationTarget } from '../lib/local-cloud/s3/notification-types.ts';
import {
  type DeployedLeg,
  type DeployedRoute,
  deploymentOf,
  queueArn,
  roleArn,
} from '../lib/policy/deployed-routes.ts';
import type { DeployedStore } from '../lib/policy/deployed-store.ts';
import type { PolicyDocument } from '../lib/policy/policy-document.ts';
import {
  notificationPolicy,
  reconcileRolePolicy,
  replicaBucketPolicy,
  replicateRolePolicy,
} from '../lib/policy/replication-access.ts';
import { settled } from './settled.ts';
import { Traffic } from './traffic.ts';
import { type RunningValidation, startValidation } from './validation.ts';

export const sourceBucket = 'acme-kops-state';
export const replicaBucket = 'acme-kops-replica';
const accounts = { source: '111111111111', replica: '222222222222' } as const;
const region = 'eu-west-1';

/** What a user would write into statesync.yaml for this. */
const configWith = (gate: GateMode) =>
  resolveConfig({
    version: 1,
    stores: {
      prod: { url: `s3://${sourceBucket}`, region, account: accounts.source },
      replica: { url: `s3://${replicaBucket}`, region, account: accounts.replica },
    },
    routes: [
      { name: 'prod', from: 'prod', gate, to: [{ store: 'replica' }], brake: { deletes: 15, prunedBackups: 100 } },
    ],
  });

/** A line that a function logged of a configuration that the gate keeps back. */
export interface HeldLine {
  readonly cluster: string;
  readonly rules: readonly string[];
  readonly reason: string;
}

/** Two accounts on the embedded cloud, with the functions deployed as the CDK app deploys them: same bundles, same permissions. */
export interface World {
  readonly cloud: LocalCloud;
  /** Administrators' clients of the two accounts, and the queues' one. */
  readonly source: S3Client;
  readonly replica: S3Client;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly traffic: Traffic;
  /** The queue's deliveries, to be made late, doubled or lost. */
  readonly deliveries: ReturnType<typeof queueOf>['deliveries'];
  /** What the functions have logged so far of configurations that the gate keeps back. */
  readonly held: readonly HeldLine[];
  /** Resolves when no event is waiting or being worked on. Rejects when nothing moves any more. */
  settled(): Promise<void>;
  /** Runs the reconcile function once, as its schedule would. */
  reconcile(): Promise<void>;
  /** Deploys the function that validates, beside the others. */
  validate(): Promise<RunningValidation>;
  close(): Promise<void>;
}

/** Makes the two accounts; `onLog` is given what the functions log. */
export async function createWorld(onLog: (line: string) => void, gate: GateMode = defaultGate): Promise<World> {
  const config = configWith(gate);
  const fed: string[] = [];
  const cloud = await LocalCloud.start({ region, topics: topicTo(fed, () => cloud) });
  const admins = { source: cloud.createAccount(accounts.source), replica: cloud.createAccount(accounts.replica) };
  const source = s3Client(cloud, admins.source);
  const replica = s3Client(cloud, admins.replica);
  const sqs = new SQSClient({ region, endpoint: cloud.sqs.endpoint, credentials: admins.source });
  const [route] = deploymentOf(config).routes;
  const leg = route?.legs[0];
  if (route === undefined || leg === undefined) {
    throw new Error('the configuration of the demo deploys nothing');
  }
  const traffic = new Traffic(cloud.s3, { source: sourceBucket, replica: replicaBucket });
  const arn = queueArn(leg.source, leg.queue);

  await createBucket(source, sourceBucket);
  await createBucket(replica, replicaBucket);
  await replica.send(
    new PutBucketPolicyCommand({
      Bucket: replicaBucket,
      Policy: JSON.stringify(replicaBucketPolicy(leg.destination, route.legs)),
    }),
  );
  const deadLetterUrl = await createQueue(sqs, leg.deadLetterQueue, {});
  const queueUrl = await createQueue(sqs, leg.queue, {
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: queueArn(leg.source, leg.deadLetterQueue),
      maxReceiveCount: 100,
    }),
    Policy: JSON.stringify(notificationPolicy(leg.source, 'sqs:SendMessage', arn)),
  });

  const folder = mkdtempSync(join(tmpdir(), 'statesync-demo-'));
  const held: HeldLine[] = [];
  const onLine = (line: string) => {
    held.push(...heldIn(line));
    onLog(line);
  };
  const place = { cloud, folder, config, route, leg, queueUrl, deadLetterUrl };
  const { replicate, reconcile } = await deployFunctions({ ...place, onLog: onLine });
  cloud.mapQueue(arn, replicate, { reportBatchItemFailures: true, maximumConcurrency: 3 });
  fed.push(arn);
  await notify(source, leg.source);

  const queue = queueOf(cloud, arn);
  return {
    cloud,
    source,
    replica,
    sqs,
    queueUrl,
    deadLetterUrl,
    traffic,
    deliveries: queue.deliveries,
    held,
    settled: () => settled(queue, systemClock),
    reconcile: async () => {
      const result = await reconcile.lambda.invoke({});
      if (result.functionError !== undefined) {
        throw new Error(`the reconcile function failed: ${JSON.stringify(result.payload)}`);
      }
    },
    validate: () => startValidation({ cloud, source, sqs, admin: admins.source, config, folder, fed, onLog }),
    close: async () => {
      await cloud.close();
      source.destroy();
      replica.destroy();
      sqs.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface FunctionPlace {
  readonly cloud: LocalCloud;
  /** Where bundles are staged. */
  readonly folder: string;
  readonly config: ResolvedConfig;
  readonly route: DeployedRoute;
  readonly leg: DeployedLeg;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly onLog: (line: string) => void;
}

/** Deploys the bundles that `npm run build` made, each with the resolved configuration beside it and the role that the CDK app gives it. */
async function deployFunctions(place: FunctionPlace) {
  const { cloud, folder, config, route, leg, queueUrl, deadLetterUrl, onLog } = place;
  const deploy = (bundle: string, name: string, policy: PolicyDocument, variables: Record<string, string>) => {
    const asset = join(folder, bundle);
    cpSync(join('dist', 'functions', bundle), asset, { recursive: true });
    writeFileSync(join(asset, 'statesync.json'), writeResolved(config));
    const role = roleArn(leg.source, name);
    cloud.identities.addRole({ arn: role, policy, trusted: ['lambda.amazonaws.com'] });
    const limits = { handler: 'index.handler', memoryMb: 512, timeoutSeconds: 30 };
    return cloud.deployFunction({ ...limits, name, role, asset, variables, onLog: ({ text }) => onLog(text) });
  };
  const replicate = await deploy('replicate', leg.replicate, replicateRolePolicy(leg), {
    STATESYNC_ROUTE: route.name,
    STATESYNC_DESTINATION: leg.destination.name,
    STATESYNC_QUEUE_URL: queueUrl,
    STATESYNC_DEAD_LETTER_URL: deadLetterUrl,
  });
  const reconcile = await deploy('reconcile', route.reconcile, reconcileRolePolicy(route), {
    STATESYNC_ROUTE: route.name,
    STATESYNC_QUEUES: JSON.stringify({ [leg.destination.name]: queueUrl }),
  });
  return { replicate, reconcile };
}

/** The line, where it tells of a configuration that is held. */
function heldIn(line: string): readonly HeldLine[] {
  return line.startsWith('{') && line.includes('"event":"held"') ? [JSON.parse(line) as HeldLine] : [];
}

/** The topic of the source's events: it takes each to all queues that are fed, on behalf of S3. */
function topicTo(fed: readonly string[], cloudOf: () => LocalCloud): NotificationTarget {
  return {
    accepts: () => true,
    deliver: async (_topic, message, { sourceArn, sourceAccount }) => {
      const sender = { service: 's3.amazonaws.com', arn: sourceArn, account: sourceAccount };
      for (const queue of fed) {
        cloudOf().sqs.service.deliver(queue, message, sender);
      }
    },
  };
}

async function notify(source: S3Client, { partition, account }: DeployedStore): Promise<void> {
  const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'] as const;
  const TopicArn = `arn:${partition}:sns:${region}:${account}:events`;
  const NotificationConfiguration = { TopicConfigurations: [{ TopicArn, Events: [...Events] }] };
  await source.send(new PutBucketNotificationConfigurationCommand({ Bucket: sourceBucket, NotificationConfiguration }));
}

function queueOf(cloud: LocalCloud, arn: string) {
  const queue = cloud.sqs.service.find(arn);
  if (queue === undefined) {
    throw new Error(`there is no queue ${arn}`);
  }
  return queue;
}

function s3Client(cloud: LocalCloud, credentials: Identity): S3Client {
  return new S3Client({ region, endpoint: cloud.s3.endpoint, forcePathStyle: true, credentials });
}

async function createBucket(client: S3Client, Bucket: string): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

async function createQueue(client: SQSClient, QueueName: string, Attributes: Record<string, string>): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  if (QueueUrl === undefined) {
    throw new Error(`the queue ${QueueName} has no URL`);
  }
  return QueueUrl;
}

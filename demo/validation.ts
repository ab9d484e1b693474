import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BucketLocationConstraint, CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { run } from '../cli/program.ts';
import { type ResolvedConfig, writeResolved } from '../lib/config/resolved.ts';
import { systemClock } from '../lib/flow/clock.ts';
import type { LocalCloud } from '../lib/local-cloud/cloud.ts';
import type { Identity } from '../lib/local-cloud/identity.ts';
import { deploymentOf, queueArn, roleArn } from '../lib/policy/deployed-routes.ts';
import { type DeployedValidation, deployedValidations } from '../lib/policy/deployed-validation.ts';
import { notificationPolicy, validateRolePolicy } from '../lib/policy/replication-access.ts';

const controlBucket = 'acme-statesync-control';

/** What the function that validates needs around it. */
export interface ValidationPlace {
  readonly cloud: LocalCloud;
  /** An administrator's clients in the account of the source, and who that is. */
  readonly source: S3Client;
  readonly sqs: SQSClient;
  readonly admin: Identity;
  /** Of the routes; validation is added to it. */
  readonly config: ResolvedConfig;
  /** Where the bundle is staged. */
  readonly folder: string;
  /** ARNs of the queues that get the events of the source. */
  readonly fed: string[];
  readonly onLog: (line: string) => void;
}

/** The function that validates, while it runs. */
export interface RunningValidation {
  /** Resolves when `statesync get findings` tells of something that the rule found, or no longer does. Rejects after half a minute. */
  until(rule: string, isFound: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Deploys the function that validates as the CDK app does, with one difference: a cluster need only be quiet for a second. */
export async function startValidation(place: ValidationPlace): Promise<RunningValidation> {
  const { cloud, source, folder, fed, onLog } = place;
  const settings = { control: controlOf(place.config), validate: { settle: 1, notify: [] } };
  const config: ResolvedConfig = { ...place.config, ...settings };
  const [validation] = deployedValidations(config, deploymentOf(config).routes);
  if (validation === undefined) {
    throw new Error('the configuration of the demo validates nothing');
  }
  const LocationConstraint = cloud.region as BucketLocationConstraint;
  await source.send(
    new CreateBucketCommand({ Bucket: controlBucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const queues = await createQueues(place.sqs, validation);
  const asset = join(folder, 'validate');
  cpSync(join('dist', 'functions', 'validate'), asset, { recursive: true });
  writeFileSync(join(asset, 'statesync.json'), writeResolved(config));
  const role = roleArn(validation.source, validation.validate);
  cloud.identities.addRole({ arn: role, policy: validateRolePolicy(validation), trusted: ['lambda.amazonaws.com'] });
  const worker = await cloud.deployFunction({
    ...{ name: validation.validate, role, asset, handler: 'index.handler', memoryMb: 1024, timeoutSeconds: 30 },
    variables: {
      STATESYNC_STORE: validation.source.name,
      STATESYNC_QUEUE_URL: queues.url,
      STATESYNC_DEAD_LETTER_URL: queues.deadLetterUrl,
    },
    onLog: ({ text }) => onLog(text),
  });
  const mapping = cloud.mapQueue(queues.arn, worker, { reportBatchItemFailures: true, maximumConcurrency: 2 });
  fed.push(queues.arn);
  const cwd = writeConfiguration(folder, config);
  return {
    until: (rule, isFound) => until(async () => (await getFindings(cwd, place)).includes(rule) === isFound, rule),
    stop: async () => {
      fed.splice(fed.indexOf(queues.arn), 1);
      await mapping.close();
    },
  };
}

function controlOf({ stores }: ResolvedConfig): NonNullable<ResolvedConfig['control']> {
  const { account = '', region = '' } = Object.values(stores)[0]?.definition ?? {};
  const definition = { url: `s3://${controlBucket}`, account, region };
  return { definition, scheme: 's3', root: controlBucket, prefix: '' };
}

async function createQueues(sqs: SQSClient, { source, queue, deadLetterQueue }: DeployedValidation) {
  const arn = queueArn(source, queue);
  const create = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const Policy = JSON.stringify(notificationPolicy(source, 'sqs:SendMessage', arn));
  return {
    arn,
    url: await create(queue, { VisibilityTimeout: '30', Policy }),
    deadLetterUrl: await create(deadLetterQueue, {}),
  };
}

/** Writes what a user would have as statesync.yaml. JSON is YAML too. */
function writeConfiguration(folder: string, { stores, routes, control }: ResolvedConfig): string {
  const cwd = join(folder, 'home');
  mkdirSync(cwd);
  const entries = Object.fromEntries(Object.entries(stores).map(([name, { definition }]) => [name, definition]));
  const short = routes.map(({ name, from, to }) => ({
    ...{ name, from },
    to: to.map(({ store }) => ({ store, sensitive: 'include' })),
  }));
  const file = {
    version: 1,
    control: control?.definition.url,
    validate: {},
    stores: entries,
    routes: short,
  };
  writeFileSync(join(cwd, 'statesync.yaml'), JSON.stringify(file));
  return cwd;
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let looks = 0; !(await isSo()); looks += 1) {
    if (looks > 300) {
      throw new Error(`half a minute later, ${what} is told of as before`);
    }
    await systemClock.sleep(100);
  }
}

/** What `statesync get findings` writes. */
async function getFindings(cwd: string, { cloud, admin }: ValidationPlace): Promise<string> {
  let text = '';
  const write = async (chunk: string | Uint8Array) => {
    text += chunk.toString();
  };
  const env = {
    ...cloud.endpoints,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
  };
  const stdout = { write, isTTY: false };
  const stderr = { write: async () => {}, isTTY: false };
  const { signal } = new AbortController();
  const io = { stdout, stderr, env, cwd, home: cwd, clock: systemClock, signal, ask: undefined };
  await run(['get', 'findings'], io);
  return text;
}

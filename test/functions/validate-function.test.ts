import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { writeResolved } from '../../lib/config/resolved.ts';
import { encodeJudgeTask } from '../../lib/events/judge-task.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { LocalCloud } from '../../lib/local-cloud/cloud.ts';
import { deploymentOf, queueArn, roleArn } from '../../lib/policy/deployed-routes.ts';
import { deployedValidations } from '../../lib/policy/deployed-validation.ts';
import { notificationPolicy, validateRolePolicy } from '../../lib/policy/replication-access.ts';
import { statesync } from '../cli/run-cli.ts';
import { workingDirectory } from '../cli/working-directory.ts';
import { badConfig, cluster, goodCluster, goodConfig } from '../findings/watched.ts';
import { startListener } from '../loopback/aws/notified.ts';

const region = 'eu-west-1';
const account = '111111111111';
const topic = `arn:aws:sns:${region}:${account}:kops-findings`;
const config = resolveConfig({
  version: 1,
  control: 's3://acme-control',
  validate: { settle: 1, notify: [{ sns: topic }] },
  stores: {
    prod: { url: 's3://acme-kops-state', region, account },
    replica: { url: 's3://acme-kops-replica', region, account },
  },
  routes: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }],
});
const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

/** The bundle that `npm run build` made, as the CDK app deploys it, on the embedded cloud; SNS is a listener. */
async function deploy() {
  const [validation] = deployedValidations(config, deploymentOf(config).routes);
  if (validation === undefined) {
    throw new Error('nothing is validated');
  }
  const sns = await startListener(() => ({ status: 200, body: published, headers: { 'content-type': 'text/xml' } }));
  const cloud = await LocalCloud.start({ region });
  const credentials = cloud.createAccount(account);
  const s3 = new S3Client({ region, endpoint: cloud.s3.endpoint, forcePathStyle: true, credentials });
  const sqs = new SQSClient({ region, endpoint: cloud.sqs.endpoint, credentials });
  for (const Bucket of ['acme-kops-state', 'acme-control']) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  }
  const arn = queueArn(validation.source, validation.queue);
  const makeQueue = async (QueueName: string, Attributes: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const Policy = JSON.stringify(notificationPolicy(validation.source, 'sqs:SendMessage', arn));
  const queueUrl = await makeQueue(validation.queue, { VisibilityTimeout: '30', Policy });
  const deadLetterUrl = await makeQueue(validation.deadLetterQueue, {});
  const folder = mkdtempSync(join(tmpdir(), 'statesync-validate-'));
  cpSync(join('dist', 'functions', 'validate'), folder, { recursive: true });
  writeFileSync(join(folder, 'statesync.json'), writeResolved(config));
  const role = roleArn(validation.source, validation.validate);
  cloud.identities.addRole({ arn: role, policy: validateRolePolicy(validation), trusted: ['lambda.amazonaws.com'] });
  const lines: string[] = [];
  const worker = await cloud.deployFunction({
    ...{ name: validation.validate, role, asset: folder, handler: 'index.handler', memoryMb: 1024, timeoutSeconds: 30 },
    variables: {
      STATESYNC_STORE: 'prod',
      STATESYNC_QUEUE_URL: queueUrl,
      STATESYNC_DEAD_LETTER_URL: deadLetterUrl,
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
    },
    onLog: ({ text }) => void lines.push(...text.split('\n')),
  });
  cloud.mapQueue(arn, worker, { reportBatchItemFailures: true, maximumConcurrency: 2 });
  const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const;
  const NotificationConfiguration = { QueueConfigurations: [{ QueueArn: arn, Events: [...Events] }] };
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket: 'acme-kops-state', NotificationConfiguration }),
  );
  return {
    ...{ cloud, credentials, lines, sns },
    put: (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'acme-kops-state', Key, Body })),
    remove: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: 'acme-kops-state', Key })),
    send: (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })),
    close: async () => {
      s3.destroy();
      sqs.destroy();
      await cloud.close();
      await sns.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describe('the function that validates, as it is built and deployed', () => {
  let world: Awaited<ReturnType<typeof deploy>>;
  let cwd: string;
  beforeAll(async () => {
    world = await deploy();
    const stores = JSON.stringify({
      prod: config.stores['prod']?.definition,
      replica: config.stores['replica']?.definition,
    });
    const routes = JSON.stringify([{ name: 'prod', from: 'prod', to: [{ store: 'replica', sensitive: 'include' }] }]);
    const file = `version: 1\ncontrol: s3://acme-control\nvalidate: {}\nstores: ${stores}\nroutes: ${routes}\n`;
    cwd = await workingDirectory({ 'statesync.yaml': file });
  }, 30_000);
  afterAll(() => world.close());

  const findings = () =>
    statesync(['get', 'findings', '-o', 'json'], {
      cwd,
      env: {
        AWS_ENDPOINT_URL_S3: world.cloud.s3.endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: world.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: world.credentials.secretAccessKey,
      },
    });

  async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await isTrue())) {
      await systemClock.sleep(50);
    }
  }

  it('finds an invalid edit, tells a topic of it once, and takes it back when it is mended', async () => {
    for (const [key, text] of Object.entries(goodCluster)) {
      await world.put(key, text);
    }
    await until(async () => (await findings()).stdout.includes(cluster));
    expect((await findings()).code).toBe(0);
    await world.put(`${cluster}/config`, badConfig);
    await until(async () => (await findings()).code === 2);
    await until(() => world.sns.heard.length > 0);
    await world.put(`${cluster}/config`, goodConfig);
    await until(async () => (await findings()).code === 0);
    await until(() => world.sns.heard.length > 1);
    const said = world.sns.heard.map(({ body }) => JSON.parse(new URLSearchParams(body).get('Message') ?? ''));
    expect(said.map((one) => [one.cluster, one.new.length > 0, one.gone.length > 0])).toEqual([
      [cluster, true, false],
      [cluster, false, true],
    ]);
  }, 30_000);

  it('judges what the schedule asks for, and writes metrics that CloudWatch reads', async () => {
    const metrics = () => world.lines.filter((line) => line.includes('CloudWatchMetrics'));
    const before = metrics().length;
    await world.send(encodeJudgeTask({ task: 'judge-all', store: 'prod' }));
    await until(() => metrics().length > before);
    expect(JSON.parse(metrics().at(-1) ?? '{}')).toMatchObject({ Store: 'prod', Cluster: cluster, HeldSeconds: 0 });
    expect(world.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  }, 30_000);

  it('knows when a cluster is gone', async () => {
    for (const key of Object.keys(goodCluster)) {
      await world.remove(key);
    }
    await until(async () => !(await findings()).stdout.includes(cluster));
  }, 30_000);
});

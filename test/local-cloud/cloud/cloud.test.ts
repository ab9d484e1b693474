import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { LocalCloud } from '../../../lib/local-cloud/cloud.ts';
import type { Identity } from '../../../lib/local-cloud/identity.ts';
import { digestOf } from '../../../lib/local-cloud/lambda/asset.ts';
import type { InvocationResult } from '../../../lib/local-cloud/lambda/outcome.ts';
import { eventually } from '../../support/eventually.ts';

const source = '111111111111';
const replica = '222222222222';
const roleArn = `arn:aws:iam::${source}:role/replicator`;
const region = 'eu-west-1';

let folder = '';
let asset = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-test-'));
  asset = join(folder, 'bundle', 'index.cjs');
  const entryPoints = [fileURLToPath(new URL('./copy.mjs', import.meta.url))];
  await build({ entryPoints, bundle: true, platform: 'node', format: 'cjs', outfile: asset, logLevel: 'error' });
});
afterAll(() => rm(folder, { recursive: true }));

const clouds: LocalCloud[] = [];
afterEach(() => Promise.all(clouds.splice(0).map((cloud) => cloud.close())));

/** Two accounts with a bucket each, a queue for the first one's events, and a role for a function. */
async function makeCloud({ mayWrite = true } = {}) {
  const cloud = await LocalCloud.start({ region });
  clouds.push(cloud);
  const clientsOf = (credentials: Identity) => ({
    s3: new S3({ endpoint: cloud.s3.endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 }),
    sqs: new SQS({ endpoint: cloud.sqs.endpoint, region, credentials, maxAttempts: 1 }),
    sts: new STS({ endpoint: cloud.sts.endpoint, region, credentials, maxAttempts: 1 }),
  });
  const a = clientsOf(cloud.createAccount(source));
  const b = clientsOf(cloud.createAccount(replica));
  const { QueueUrl = '' } = await a.sqs.createQueue({ QueueName: 'changes' });
  const queueArn = `arn:aws:sqs:${region}:${source}:changes`;
  const allow = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow' as const, Action, Resource });
  cloud.identities.addRole({
    arn: roleArn,
    trusted: ['lambda.amazonaws.com'],
    policy: {
      Statement: [
        allow(['s3:GetObject'], 'arn:aws:s3:::state/*'),
        ...(mayWrite ? [allow(['s3:PutObject'], 'arn:aws:s3:::replica/*')] : []),
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queueArn),
      ],
    },
  });
  const location = { CreateBucketConfiguration: { LocationConstraint: region } } as const;
  await a.s3.createBucket({ Bucket: 'state', ...location });
  await b.s3.createBucket({ Bucket: 'replica', ...location });
  const write = { ...allow(['s3:PutObject'], 'arn:aws:s3:::replica/*'), Principal: { AWS: roleArn } };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [write] });
  await b.s3.putBucketPolicy({ Bucket: 'replica', Policy });
  return { cloud, a, b, QueueUrl, queueArn };
}

/** Lets the bucket tell the queue of its changes. */
async function notify({ a, QueueUrl, queueArn }: Awaited<ReturnType<typeof makeCloud>>, sourceAccount = source) {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: {
      ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::state' },
      StringEquals: { 'aws:SourceAccount': sourceAccount },
    },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await a.sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await a.s3.putBucketNotificationConfiguration({
    Bucket: 'state',
    NotificationConfiguration: {
      QueueConfigurations: [{ QueueArn: queueArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] }],
    },
  });
}

const deployment = () => ({
  name: 'copy',
  role: roleArn,
  asset,
  handler: 'index.handler',
  variables: { TARGET: 'replica' },
});

describe('the embedded cloud', () => {
  it("brings a change of one account's bucket through queue and function to another account's bucket", async () => {
    const made = await makeCloud();
    await notify(made);
    const { cloud, a, b, queueArn } = made;
    const copy = await cloud.deployFunction({ ...deployment(), timeoutSeconds: 15 });
    const key = 'cluster.example.com/a b/ü+é (1)';
    const copied = new Promise<InvocationResult>((resolve) => {
      cloud.mapQueue(queueArn, copy, {
        maximumConcurrency: 2,
        onBatch: (messages, result) => {
          // The first message is the test event of the notification.
          if (messages.some((message) => message.Body.includes('Records'))) {
            resolve(result);
          }
        },
      });
    });
    await a.s3.putObject({ Bucket: 'state', Key: key, Body: 'kind: Cluster' });
    expect(await copied).toMatchObject({ payload: 'null' });
    const replicated = await b.s3.getObject({ Bucket: 'replica', Key: key });
    expect(await replicated.Body?.transformToString()).toBe('kind: Cluster');
    // The test event may be under way in an invocation of its own.
    await eventually(() => cloud.sqs.service.find(queueArn)?.counts().inFlight === 0);
    expect(cloud.sqs.service.find(queueArn)?.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('lets a function do only what its role may', async () => {
    const { cloud, a } = await makeCloud({ mayWrite: false });
    const { lambda } = await cloud.deployFunction({ ...deployment(), timeoutSeconds: 15 });
    await a.s3.putObject({ Bucket: 'state', Key: 'k', Body: 'x' });
    const body = JSON.stringify({ Records: [{ s3: { bucket: { name: 'state' }, object: { key: 'k' } } }] });
    const result = await lambda.invoke({ Records: [{ body }] });
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({
      errorType: 'AccessDenied',
      errorMessage: expect.stringContaining(`assumed-role/replicator/copy`),
    });
  });

  it("refuses a notification to a queue that does not let the bucket's account send", async () => {
    const made = await makeCloud();
    await expect(notify(made, replica)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('runs a bundle by its digest, and no other', async () => {
    const { cloud } = await makeCloud();
    const digest = await digestOf(asset);
    expect((await cloud.deployFunction({ ...deployment(), digest })).digest).toBe(digest);
    const other = digest.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    await expect(cloud.deployFunction({ ...deployment(), digest: other })).rejects.toThrow(`expected ${other}`);
  });

  it('runs a function only as a role that is there and trusts Lambda', async () => {
    const { cloud } = await makeCloud();
    const { arn } = cloud.identities.addRole({ arn: `${roleArn}-2`, policy: { Statement: [] }, trusted: [source] });
    await expect(cloud.deployFunction({ ...deployment(), role: arn })).rejects.toThrow('cannot be assumed by Lambda');
    await expect(cloud.deployFunction({ ...deployment(), role: `${roleArn}-absent` })).rejects.toThrow(
      "add it to the cloud's identities first",
    );
  });

  it('gives every account its own identity', async () => {
    const { a, b } = await makeCloud();
    expect((await a.sts.getCallerIdentity({})).Account).toBe(source);
    expect((await b.sts.getCallerIdentity({})).Account).toBe(replica);
    await expect(b.s3.getObject({ Bucket: 'state', Key: 'k' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is gone when it is closed', async () => {
    const { cloud, queueArn } = await makeCloud();
    const copy = await cloud.deployFunction(deployment());
    const mapping = cloud.mapQueue(queueArn, copy);
    const { s3, sqs, sts } = cloud;
    const endpoints = [s3, sqs, sts].map((server) => server.endpoint);
    await cloud.close();
    await mapping.close();
    for (const endpoint of endpoints) {
      await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
    }
    await expect(copy.lambda.invoke({})).rejects.toThrow('is closed');
  });
});

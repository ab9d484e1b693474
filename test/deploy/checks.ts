import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadResolved } from '../../lib/config/resolved.ts';
import { digestOf } from '../../lib/local-cloud/lambda/asset.ts';
import type { Processes } from '../servers/processes.ts';
import { type Cdk, qualifier } from './cdk.ts';
import type { Moto, Place } from './moto.ts';

export const source: Place = { account: '111111111111', region: 'eu-west-1' };
export const replica: Place = { account: '222222222222', region: 'eu-central-1' };

/** What a check needs. A check rejects with what is wrong. */
export interface Deployed {
  readonly moto: Moto;
  readonly cdk: Cdk;
  readonly processes: Processes;
  /** For whatever a check writes. */
  readonly folder: string;
}

export type Check = (deployed: Deployed) => Promise<void>;

/** Types that moto's CloudFormation passes over in silence. One more, or one less, fails the run. */
const unknownToMoto = [
  'AWS::CloudWatch::Alarm',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

const stacks: readonly (readonly [Place, string])[] = [
  [replica, 'statesync-replica-acme-kops-replica'],
  [source, 'statesync-source-acme-kops-state'],
];

/** All checks, by what they prove. */
export const checks: Readonly<Record<string, Check>> = {
  'both stacks stand, with every resource that moto knows': async ({ moto, cdk }) => {
    const missing = new Set<string>();
    for (const [place, name] of stacks) {
      const status = await moto.query('cloudformation', place, { Action: 'DescribeStacks', StackName: name });
      equal(`status of ${name}`, textOf(status, 'StackStatus'), 'CREATE_COMPLETE');
      const listed = await moto.query('cloudformation', place, { Action: 'ListStackResources', StackName: name });
      const made = [...listed.matchAll(/<ResourceType>([^<]+)</g)].map(([, type]) => type);
      for (const { Type } of Object.values((await templateOf(cdk, name)).Resources)) {
        if (!made.includes(Type)) {
          missing.add(Type);
        }
      }
    }
    equal('types that are not there', [...missing].sort(), unknownToMoto);
  },

  'each bucket is in its own account': async ({ moto }) => {
    for (const [place, bucket] of [
      [source, 'acme-kops-state'],
      [replica, 'acme-kops-replica'],
    ] as const) {
      const listed = await (await moto.get('s3', place, '/')).text();
      equal(`buckets of ${place.account}`, namesOf(listed), [bucket, assetBucket(place)].sort());
    }
  },

  'each queue gives over to its dead-letter queue': async ({ moto }) => {
    for (const queue of ['statesync-prod-replica', 'statesync-prod-validate']) {
      const input = { QueueUrl: `${moto.endpoint}/${source.account}/${queue}`, AttributeNames: ['All'] };
      const answer = (await moto.call('sqs', source, 'AmazonSQS.GetQueueAttributes', input)) as {
        Attributes: Record<string, string>;
      };
      const { RedrivePolicy = '{}', VisibilityTimeout, MessageRetentionPeriod } = answer.Attributes;
      const deadLetterTargetArn = `arn:aws:sqs:${source.region}:${source.account}:${queue}-dlq`;
      equal(`redrive of ${queue}`, JSON.parse(RedrivePolicy), { deadLetterTargetArn, maxReceiveCount: 100 });
      equal(`times of ${queue}`, [VisibilityTimeout, MessageRetentionPeriod], ['5400', '1209600']);
    }
  },

  'each queue is mapped to its function, which answers for each message': async ({ moto }) => {
    const answer = await (await moto.get('lambda', source, '/2015-03-31/event-source-mappings/')).json();
    const { EventSourceMappings } = answer as { EventSourceMappings: readonly Record<string, unknown>[] };
    equal(
      'mappings',
      EventSourceMappings.map(({ EventSourceArn, FunctionArn, FunctionResponseTypes }) => [
        String(EventSourceArn).split(':').at(-1),
        String(FunctionArn).split(':').at(-1),
        FunctionResponseTypes,
      ]).sort(),
      [
        ['statesync-prod-replica', 'statesync-prod-replica-replicate', ['ReportBatchItemFailures']],
        ['statesync-prod-validate', 'statesync-prod-validate', ['ReportBatchItemFailures']],
      ],
    );
  },

  'the functions run the very bundles that were built': async (deployed) => {
    for (const [name, functionName] of [
      ['replicate', 'statesync-prod-replica-replicate'],
      ['reconcile', 'statesync-prod-reconcile'],
      ['validate', 'statesync-prod-validate'],
    ] as const) {
      const root = await unpacked(deployed, functionName);
      const { routes } = loadResolved(await readFile(join(root, 'statesync.json'), 'utf8'));
      equal(
        'routes',
        routes.map((route) => route.name),
        ['prod'],
      );
      await rm(join(root, 'statesync.json'));
      equal(`digest of ${functionName}`, await digestOf(root), await digestOf(join('dist/functions', name)));
    }
  },

  'the schedules call the reconcile, and ask for all clusters': async ({ moto }) => {
    const { Rules } = (await moto.call('events', source, 'AWSEvents.ListRules', {})) as { Rules: readonly Rule[] };
    const mine = Rules.map(({ ScheduleExpression, State }) => [ScheduleExpression, State]);
    equal('schedules', mine.sort(), [
      ['rate(1 hour)', 'ENABLED'],
      ['rate(15 minutes)', 'ENABLED'],
    ]);
  },

  'the role has the name that the bucket policy says': async ({ moto }) => {
    const RoleName = 'statesync-prod-replica-replicate';
    const answer = await moto.query('iam', source, { Action: 'GetRole', RoleName, Version: '2010-05-08' });
    equal('role', textOf(answer, 'Arn'), `arn:aws:iam::${source.account}:role/${RoleName}`);
  },

  'a second deployment changes nothing': async ({ moto, cdk }) => {
    const said = await cdk.deploy(await moto.administratorOf(source));
    equal('stacks without changes', said.match(/\(no changes\)/g)?.length, stacks.length);
  },
};

interface Rule {
  readonly ScheduleExpression: string;
  readonly State: string;
}

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { FunctionName?: string; Code?: { S3Key: string } } }>
  >;
}

/** Fetches the code of a function as it was published, proves that it is the function's, and unpacks it. */
async function unpacked({ moto, cdk, processes, folder }: Deployed, functionName: string): Promise<string> {
  const template = await templateOf(cdk, 'statesync-source-acme-kops-state');
  const resource = Object.values(template.Resources).find(({ Properties }) => Properties.FunctionName === functionName);
  const published = await moto.get('s3', source, `/${assetBucket(source)}/${resource?.Properties.Code?.S3Key}`);
  const zip = new Uint8Array(await published.arrayBuffer());
  const answer = await (await moto.get('lambda', source, `/2015-03-31/functions/${functionName}`)).json();
  const { Configuration } = answer as { Configuration: { CodeSha256: string } };
  equal(`code of ${functionName}`, Configuration.CodeSha256, createHash('sha256').update(zip).digest('base64'));
  const root = join(folder, functionName);
  await mkdir(root);
  await writeFile(`${root}.zip`, zip);
  await processes.mustRun(['python3', '-m', 'zipfile', '-e', `${root}.zip`, root]);
  return root;
}

async function templateOf({ outdir }: Cdk, stack: string): Promise<Template> {
  return JSON.parse(await readFile(join(outdir, `${stack}.template.json`), 'utf8')) as Template;
}

function assetBucket({ account, region }: Place): string {
  return `cdk-${qualifier}-assets-${account}-${region}`;
}

function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1];
}

function namesOf(xml: string): readonly string[] {
  return [...xml.matchAll(/<Name>([^<]+)</g)].map(([, name = '']) => name).sort();
}

function equal(what: string, got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  }
}

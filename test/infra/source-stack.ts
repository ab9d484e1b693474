import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { reconcileRolePolicy, replicateRolePolicy } from '../../lib/policy/replication-access.ts';
import { configurationOf, severalRoutes, twoAccounts } from '../policy/configuration.ts';
import { appOf, type Resource, resources } from './synthesized.ts';

const arnOf = (resource: Resource | undefined) => ({ 'Fn::GetAtt': [resource?.id, 'Arn'] });

function named(template: Template, type: string, name: string): Resource {
  const found = resources(template, type).find(({ Properties }) => Object.values(Properties).includes(name));
  expect(found).toBeDefined();
  return found as Resource;
}

interface Named {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** The statements of a policy by their `Sid`, whether lists of one are lists or not, and whatever their order. */
function bySid(statements: readonly Named[]): Record<string, unknown> {
  const entries = statements.map(({ Sid, Action, Resource, ...rest }) => [
    Sid,
    { ...rest, Action: [Action].flat().sort(), Resource: [Resource].flat().sort() },
  ]);
  return Object.fromEntries(entries);
}

const single = appOf(twoAccounts, { alarmTopic: 'pager' });
const source = single.template('source-acme-kops-state');
const [route] = deploymentOf(configurationOf(twoAccounts)).routes;

describe('the queue of a destination', () => {
  const queue = named(source, 'AWS::SQS::Queue', 'statesync-prod-replica');
  const deadLetters = named(source, 'AWS::SQS::Queue', 'statesync-prod-replica-dlq');

  it('gives what the function crashes over to its dead-letter queue', () => {
    expect(queue.Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: 100 });
  });

  it('keeps messages as long as SQS can, encrypted, as its dead-letter queue does', () => {
    for (const { Properties } of [queue, deadLetters]) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    }
  });

  it('hides a batch for six times as long as the function may take', () => {
    const worker = named(source, 'AWS::Lambda::Function', 'statesync-prod-replica-replicate');
    expect(queue.Properties.VisibilityTimeout).toBe(6 * worker.Properties.Timeout);
  });

  it('takes messages of the source bucket alone, and nothing over plain HTTP', () => {
    const policies = resources(source, 'AWS::SQS::QueuePolicy').map(({ Properties }) => Properties);
    const { Statement } = policies.find(({ Queues }) => Queues[0].Ref === queue.id).PolicyDocument;
    expect(Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::acme-kops-state' },
          StringEquals: { 'aws:SourceAccount': '111111111111' },
        },
      }),
    ]);
  });

  it('has a dead-letter queue beside it in every configuration', () => {
    const queues = resources(appOf(severalRoutes).template('source-acme-kops-state'), 'AWS::SQS::Queue');
    const targets = queues.flatMap(
      ({ Properties }) => Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0] ?? [],
    );
    expect(targets).toHaveLength(3);
    for (const { id, Properties } of queues) {
      expect(targets.includes(id)).toBe(Properties.RedrivePolicy === undefined);
    }
  });
});

describe('the function that replicates', () => {
  const worker = named(source, 'AWS::Lambda::Function', 'statesync-prod-replica-replicate');
  const queue = named(source, 'AWS::SQS::Queue', 'statesync-prod-replica');

  it('is told its route, its destination and its queues', () => {
    expect(worker.Properties.Environment.Variables).toEqual({
      STATESYNC_ROUTE: 'prod',
      STATESYNC_DESTINATION: 'replica',
      STATESYNC_QUEUE_URL: { Ref: queue.id },
      STATESYNC_DEAD_LETTER_URL: { Ref: named(source, 'AWS::SQS::Queue', 'statesync-prod-replica-dlq').id },
    });
  });

  it('runs on Node 22 on ARM, for up to a quarter of an hour', () => {
    expect(worker.Properties).toMatchObject({
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 900,
      MemorySize: 512,
    });
  });

  it('gets batches of its queue and answers for each message by itself', () => {
    const [mapping, ...others] = resources(source, 'AWS::Lambda::EventSourceMapping');
    expect(others).toEqual([]);
    expect(mapping?.Properties).toMatchObject({
      EventSourceArn: arnOf(queue),
      FunctionName: { Ref: worker.id },
      BatchSize: 200,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  it('has a role of the name that the bucket policy says, with the very policy that is proved, and its own log', () => {
    const role = named(source, 'AWS::IAM::Role', 'statesync-prod-replica-replicate');
    const [own, log, ...others] = role.Properties.Policies;
    expect(bySid(own.PolicyDocument.Statement)).toEqual(bySid(replicateRolePolicy(route!.legs[0]!).Statement));
    expect(log.PolicyDocument.Statement.map(({ Action }: { Action: unknown }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
    expect([others, role.Properties.ManagedPolicyArns]).toEqual([[], undefined]);
  });
});

describe('the function that reconciles', () => {
  const worker = named(source, 'AWS::Lambda::Function', 'statesync-prod-reconcile');

  it('is told the queue of each destination', () => {
    const { STATESYNC_ROUTE, STATESYNC_QUEUES } = worker.Properties.Environment.Variables;
    const queue = named(source, 'AWS::SQS::Queue', 'statesync-prod-replica');
    expect(STATESYNC_ROUTE).toBe('prod');
    expect(STATESYNC_QUEUES).toEqual({ 'Fn::Join': ['', ['{"replica":"', { Ref: queue.id }, '"}']] });
  });

  it('is called every hour', () => {
    const [rule] = resources(source, 'AWS::Events::Rule');
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' });
    expect(rule?.Properties.Targets).toEqual([expect.objectContaining({ Arn: arnOf(worker) })]);
    expect(resources(source, 'AWS::Lambda::Permission')[0]?.Properties).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(rule),
    });
  });

  it('may list the source and send to its queues, no more', () => {
    const role = named(source, 'AWS::IAM::Role', 'statesync-prod-reconcile');
    expect(bySid(role.Properties.Policies[0].PolicyDocument.Statement)).toEqual(
      bySid(reconcileRolePolicy(route!).Statement),
    );
  });
});

describe('the events of a source bucket', () => {
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];

  it('are asked of a bucket that is there, beside what it tells others', () => {
    expect(resources(source, 'AWS::S3::Bucket')).toEqual([]);
    const queue = named(source, 'AWS::SQS::Queue', 'statesync-prod-replica');
    const [notifications] = resources(source, 'Custom::S3BucketNotifications');
    expect(notifications?.Properties).toMatchObject({ BucketName: 'acme-kops-state', Managed: false });
    const { QueueConfigurations } = notifications?.Properties.NotificationConfiguration ?? {};
    const Filter = { Key: { FilterRules: [{ Name: 'prefix', Value: 'prod/' }] } };
    expect(QueueConfigurations).toEqual(events.map((event) => ({ Events: [event], QueueArn: arnOf(queue), Filter })));
  });

  it('are part of a bucket that is made, which waits for the permission to send', () => {
    const created = appOf(twoAccounts, { createSources: true }).template('source-acme-kops-state');
    const [bucket] = resources(created, 'AWS::S3::Bucket');
    const queue = named(created, 'AWS::SQS::Queue', 'statesync-prod-replica');
    const Filter = { S3Key: { Rules: [{ Name: 'prefix', Value: 'prod/' }] } };
    const wanted = events.map((Event) => ({ Event, Queue: arnOf(queue), Filter }));
    expect(bucket?.Properties.NotificationConfiguration.QueueConfigurations).toEqual(wanted);
    expect(bucket?.DependsOn?.some((id) => /Policy/.test(id))).toBe(true);
    expect(resources(created, 'AWS::Lambda::Function')).toHaveLength(2);
  });

  it('go through a topic where a prefix has several destinations, and straight to the queue where it has one', () => {
    const created = appOf(severalRoutes, { createSources: true }).template('source-acme-kops-state');
    const [bucket] = resources(created, 'AWS::S3::Bucket');
    const [topic, ...others] = resources(created, 'AWS::SNS::Topic');
    expect(others).toEqual([]);
    const { QueueConfigurations: queues, TopicConfigurations: topics } =
      bucket?.Properties.NotificationConfiguration ?? {};
    const prefixOf = ({ Filter }: { Filter: { S3Key: { Rules: { Value: string }[] } } }) =>
      Filter.S3Key.Rules[0]?.Value;
    expect(topics.map(prefixOf)).toEqual(['prod/', 'prod/', 'prod/']);
    expect(topics[0].Topic).toEqual({ Ref: topic?.id });
    expect(queues.map(prefixOf)).toEqual(['test/', 'test/', 'test/']);
  });

  it('reach every queue behind a topic as S3 wrote them, or its dead-letter queue', () => {
    const subscriptions = resources(appOf(severalRoutes).template('source-acme-kops-state'), 'AWS::SNS::Subscription');
    expect(subscriptions).toHaveLength(2);
    for (const { Properties } of subscriptions) {
      expect(Properties).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true });
      expect(Properties.RedrivePolicy.deadLetterTargetArn).toBeDefined();
    }
  });

  it('are never asked of a bucket that is made as a replica by making it a second time', () => {
    const chain = severalRoutes
      .replace('{ store: prod-replica }, { store: vault }', '{ store: prod-replica }')
      .replace('from: test, to: [{ store: test-replica }]', 'from: prod-replica, to: [{ store: vault }]');
    const { template, stack } = appOf(chain, { createSources: true });
    expect(resources(template('source-acme-kops-replica'), 'AWS::S3::Bucket')).toEqual([]);
    expect(stack('source-acme-kops-replica').dependencies).toContain(stack('replica-acme-kops-replica'));
  });
});

describe('every statement of ours', () => {
  it('allows actions by their names', () => {
    const { template } = appOf(severalRoutes, { createSources: true });
    const text = ['source-acme-kops-state', 'replica-acme-kops-replica'].map((name) => template(name).toJSON());
    const allowed = statementsIn(text).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.length).toBeGreaterThan(10);
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => String(action).includes('*'))).toEqual([]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

function statementsIn(value: unknown): readonly Statement[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const own = 'Effect' in value ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

describe('the alarms', () => {
  const alarms = resources(source, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  it('watch what was given up, what waits, what comes again and again, and each function', () => {
    expect(alarms.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`).sort()).toEqual([
      'AWS/Lambda Errors',
      'AWS/Lambda Errors',
      'AWS/Lambda Throttles',
      'AWS/Lambda Throttles',
      'AWS/SQS ApproximateAgeOfOldestMessage',
      'AWS/SQS ApproximateNumberOfMessagesNotVisible',
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      'kops-statesync statesync-prod-reconcile',
      'kops-statesync statesync-prod-replica-replicate',
    ]);
  });

  it('count what the functions log as errors, such as a brake that stopped deletes', () => {
    const patterns = resources(source, 'AWS::Logs::MetricFilter').map(({ Properties }) => Properties.FilterPattern);
    expect(patterns).toEqual(['{ $.level = "error" }', '{ $.level = "error" }']);
  });

  it('tell a topic where one is named, and nobody otherwise', () => {
    const topic = 'arn:aws:sns:eu-west-1:111111111111:pager';
    expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual(alarms.map(() => [topic]));
    const silent = resources(appOf(twoAccounts).template('source-acme-kops-state'), 'AWS::CloudWatch::Alarm');
    expect(silent.flatMap(({ Properties }) => Properties.AlarmActions ?? [])).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { decodeJudgeTask } from '../../lib/events/judge-task.ts';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { deployedValidations } from '../../lib/policy/deployed-validation.ts';
import { validateRolePolicy } from '../../lib/policy/replication-access.ts';
import { configurationOf, severalRoutes, twoAccounts, validated } from '../policy/configuration.ts';
import { appOf, type Resource, resources } from './synthesized.ts';

const text = validated(twoAccounts);
const template = appOf(text, { alarmTopic: 'pager', heldMinutes: 30 }).template('source-acme-kops-state');

function named(type: string, name: string, from: Template = template): Resource {
  const found = resources(from, type).find(({ Properties }) => Object.values(Properties).includes(name));
  expect(found).toBeDefined();
  return found as Resource;
}

const arnOf = (resource: Resource) => ({ 'Fn::GetAtt': [resource.id, 'Arn'] });
const queue = named('AWS::SQS::Queue', 'statesync-prod-validate');
const deadLetters = named('AWS::SQS::Queue', 'statesync-prod-validate-dlq');
const worker = named('AWS::Lambda::Function', 'statesync-prod-validate');

describe('the function that validates', () => {
  it('is there only where the configuration asks for it', () => {
    const silent = appOf(twoAccounts).template('source-acme-kops-state');
    const functions = resources(silent, 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName);
    expect(functions).not.toContain('statesync-prod-validate');
    expect(resources(silent, 'AWS::SNS::Topic')).toEqual([]);
  });

  it('is told its store and its queues, and the URL of a webhook by a secret that no template holds', () => {
    expect(worker.Properties.Environment.Variables).toEqual({
      STATESYNC_STORE: 'prod',
      STATESYNC_QUEUE_URL: { Ref: queue.id },
      STATESYNC_DEAD_LETTER_URL: { Ref: deadLetters.id },
      FINDINGS_WEBHOOK: '{{resolve:secretsmanager:statesync/FINDINGS_WEBHOOK:SecretString:::}}',
    });
  });

  it('has a role with the very policy that is proved, and its own log', () => {
    const { routes, config } = deploymentOf(configurationOf(text));
    const [validation] = deployedValidations(config, routes);
    const [own, log, ...others] = named('AWS::IAM::Role', 'statesync-prod-validate').Properties.Policies;
    const flat = (statements: readonly { Sid?: string; Action: unknown; Resource: unknown }[]) =>
      statements.map(({ Sid, Action, Resource }) => [Sid, [Action].flat().sort(), [Resource].flat().sort()]);
    expect(flat(own.PolicyDocument.Statement)).toEqual(flat(validateRolePolicy(validation!).Statement as never));
    expect([log.PolicyDocument.Statement.length, others]).toEqual([1, []]);
  });

  it('gets batches of its queue, gathered for a few seconds, and answers for each message by itself', () => {
    const mapping = resources(template, 'AWS::Lambda::EventSourceMapping').find(
      ({ Properties }) => Properties.FunctionName.Ref === worker.id,
    );
    expect(mapping?.Properties).toMatchObject({
      EventSourceArn: arnOf(queue),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('gives what it crashes over to its dead-letter queue', () => {
    expect(queue.Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: 100 });
    expect(queue.Properties.VisibilityTimeout).toBe(6 * worker.Properties.Timeout);
  });
});

describe('what the function hears of', () => {
  it('are the events of the source, through a topic, since the replica has a queue too', () => {
    const [topic, ...others] = resources(template, 'AWS::SNS::Topic');
    expect(others).toEqual([]);
    const subscribed = resources(template, 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint);
    const replicas = named('AWS::SQS::Queue', 'statesync-prod-replica');
    expect(subscribed).toEqual([arnOf(replicas), arnOf(queue)]);
    const [notifications] = resources(template, 'Custom::S3BucketNotifications');
    const { TopicConfigurations } = notifications?.Properties.NotificationConfiguration ?? {};
    expect(TopicConfigurations).toHaveLength(3);
    expect(TopicConfigurations[0].TopicArn).toEqual({ Ref: topic?.id });
  });

  it('is the schedule, every quarter of an hour, by a message that it understands', () => {
    const rule = resources(template, 'AWS::Events::Rule').find(({ Properties }) =>
      Properties.Targets.some(({ Arn }: { Arn: unknown }) => JSON.stringify(Arn) === JSON.stringify(arnOf(queue))),
    );
    expect(rule?.Properties.ScheduleExpression).toBe('rate(15 minutes)');
    expect(decodeJudgeTask(rule?.Properties.Targets[0].Input)).toEqual({
      kind: 'judge-task',
      task: { task: 'judge-all', store: 'prod' },
    });
  });

  it('is nobody else', () => {
    const policies = resources(template, 'AWS::SQS::QueuePolicy').map(({ Properties }) => Properties);
    const { Statement } = policies.find(({ Queues }) => Queues[0].Ref === queue.id).PolicyDocument;
    const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed.map(({ Principal }: { Principal: { Service: string } }) => Principal.Service).toSorted()).toEqual([
      'events.amazonaws.com',
      'sns.amazonaws.com',
    ]);
    for (const { Condition } of allowed) {
      expect(Object.keys(Condition.ArnEquals)).toEqual(['aws:SourceArn']);
    }
  });

  it('is one for each source', () => {
    const several = appOf(validated(severalRoutes)).template('source-acme-kops-state');
    const names = resources(several, 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName);
    expect(names.filter((name) => String(name).endsWith('-validate'))).toEqual([
      'statesync-prod-validate',
      'statesync-test-validate',
    ]);
  });
});

describe('the alarms of validation', () => {
  const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  it('tell when a configuration has been invalid for as long as was said, and at least one value comes in each period', () => {
    const held = alarms.filter(({ MetricName }) => MetricName === 'HeldSeconds');
    expect(held).toEqual([
      expect.objectContaining({
        Namespace: 'kops-statesync',
        Dimensions: [{ Name: 'Store', Value: 'prod' }],
        Statistic: 'Maximum',
        Period: 20 * 60,
        Threshold: 30 * 60,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: ['arn:aws:sns:eu-west-1:111111111111:pager'],
      }),
    ]);
  });

  it('tell of a quarter of an hour where nothing was said', () => {
    const plain = resources(
      appOf(validated(severalRoutes)).template('source-acme-kops-state'),
      'AWS::CloudWatch::Alarm',
    );
    const [held] = plain.filter(({ Properties }) => Properties.MetricName === 'HeldSeconds');
    expect(held?.Properties.Threshold).toBe(900);
  });

  it('watch its dead letters, and the function itself, as all others', () => {
    const names = alarms.map(({ MetricName, Dimensions }) => `${MetricName} ${JSON.stringify(Dimensions ?? '')}`);
    const of = (resource: Resource) =>
      names.filter((name) => name.includes(resource.id)).map((name) => name.split(' ')[0]);
    expect(of(deadLetters)).toEqual(['ApproximateNumberOfMessagesVisible']);
    expect(of(worker)).toEqual(['Errors', 'Throttles']);
    expect(names.some((name) => name.startsWith('statesync-prod-validate'))).toBe(true);
  });
});

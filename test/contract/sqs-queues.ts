import assert from 'node:assert/strict';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { attributesOf, makeQueue, newName, type SqsSubject } from './sqs-subject.ts';

const denied = { Code: 'AccessDenied', status: 403 };
const wrongValue = { Code: 'InvalidParameterValue', status: 400 };

/** What SQS promises of queues and their attributes. */
export const queueChecks: readonly Check<SqsSubject>[] = [
  {
    name: 'a queue is found by its name, and its URL ends with account and name',
    run: async ({ sqs }) => {
      const QueueName = newName();
      const { QueueUrl } = await sqs.createQueue({ QueueName });
      assert.match(QueueUrl!, new RegExp(`^http://.*/\\d{12}/${QueueName}$`));
      assert.equal((await sqs.getQueueUrl({ QueueName })).QueueUrl, QueueUrl);
    },
  },
  {
    name: 'a queue that does not exist is told as QueueDoesNotExist, also by its older code',
    run: async ({ sqs }) => {
      const missing = { name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue', status: 400 };
      await refused(sqs.getQueueUrl({ QueueName: newName() }), missing);
      const { QueueUrl } = await sqs.createQueue({ QueueName: newName() });
      await refused(sqs.sendMessage({ QueueUrl: `${QueueUrl}-absent`, MessageBody: 'x' }), missing);
    },
  },
  {
    name: 'creating a queue again answers the same queue; with another attribute it is refused',
    run: async (subject) => {
      const QueueName = newName();
      const create = (VisibilityTimeout: string) =>
        subject.sqs.createQueue({ QueueName, Attributes: { VisibilityTimeout } });
      const { QueueUrl } = await create('7');
      assert.equal((await create('7')).QueueUrl, QueueUrl);
      await refused(create('8'), { name: 'QueueNameExists', Code: 'QueueAlreadyExists' });
    },
  },
  {
    name: 'a deleted queue is gone',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.deleteQueue({ QueueUrl });
      await refused(subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' }), { name: 'QueueDoesNotExist' });
    },
  },
  {
    name: 'the name of a deleted queue cannot be used again at once',
    run: async ({ sqs }) => {
      const QueueName = newName();
      const { QueueUrl } = await sqs.createQueue({ QueueName });
      await sqs.deleteQueue({ QueueUrl });
      await refused(sqs.createQueue({ QueueName }), { name: 'QueueDeletedRecently' });
    },
  },
  {
    name: 'a name is one to eighty letters, digits, hyphens and underscores',
    run: async ({ sqs }) => {
      for (const QueueName of ['has space', 'has.dot', 'x'.repeat(81)]) {
        await refused(sqs.createQueue({ QueueName }), { Code: 'InvalidParameterValue', status: 400 });
      }
      await sqs.createQueue({ QueueName: `${newName()}-${'x'.repeat(80)}`.slice(0, 80) });
    },
  },
  {
    name: 'queues are listed by prefix',
    run: async ({ sqs }) => {
      const QueueNamePrefix = newName();
      const { QueueUrl } = await sqs.createQueue({ QueueName: `${QueueNamePrefix}-a` });
      await sqs.createQueue({ QueueName: newName() });
      assert.deepEqual((await sqs.listQueues({ QueueNamePrefix })).QueueUrls, [QueueUrl]);
    },
  },
  {
    name: 'queues are listed page by page',
    run: async ({ sqs }) => {
      const QueueNamePrefix = newName();
      const names = ['a', 'b', 'c'].map((end) => `${QueueNamePrefix}${end}`);
      const urls = await Promise.all(names.map(async (QueueName) => (await sqs.createQueue({ QueueName })).QueueUrl));
      const first = await sqs.listQueues({ QueueNamePrefix, MaxResults: 2 });
      assert.equal(first.QueueUrls?.length, 2);
      const second = await sqs.listQueues({ QueueNamePrefix, MaxResults: 2, NextToken: first.NextToken });
      assert.deepEqual([...first.QueueUrls, ...(second.QueueUrls ?? [])].sort(), urls.sort());
      assert.equal(second.NextToken, undefined);
    },
  },
  {
    name: 'a new queue has the documented defaults',
    run: async (subject) => {
      const attributes = await attributesOf(subject, await makeQueue(subject));
      const expected = {
        VisibilityTimeout: '30',
        DelaySeconds: '0',
        MessageRetentionPeriod: '345600',
        MaximumMessageSize: '1048576',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '0',
      };
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(attributes[name], value, name);
      }
      assert.match(attributes['QueueArn']!, /^arn:aws:sqs:[a-z0-9-]+:\d{12}:contract-/);
    },
  },
  {
    name: 'a queue tells in whole seconds when it was made and changed',
    run: async (subject) => {
      const attributes = await attributesOf(subject, await makeQueue(subject));
      assert.match(attributes['CreatedTimestamp']!, /^\d{10}$/);
      assert.match(attributes['LastModifiedTimestamp']!, /^\d{10}$/);
    },
  },
  {
    name: 'attributes are changed one by one, and only those asked for are told',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject, { DelaySeconds: '3' });
      await subject.sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '5' } });
      const AttributeNames = ['VisibilityTimeout', 'DelaySeconds'] as const;
      const told = await subject.sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...AttributeNames] });
      assert.deepEqual(told.Attributes, { VisibilityTimeout: '5', DelaySeconds: '3' });
    },
  },
  {
    name: 'an unknown attribute is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const Attributes: Record<string, string> = { Colour: 'red' };
      const set = subject.sqs.setQueueAttributes({ QueueUrl, Attributes });
      await refused(set, { name: 'InvalidAttributeName' });
    },
  },
  {
    name: 'a value out of the range of its attribute is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const set = (Attributes: Record<string, string>) => subject.sqs.setQueueAttributes({ QueueUrl, Attributes });
      for (const [name, value] of [
        ['VisibilityTimeout', '43201'],
        ['DelaySeconds', '901'],
        ['MessageRetentionPeriod', '59'],
        ['MaximumMessageSize', '1048577'],
        ['ReceiveMessageWaitTimeSeconds', '21'],
        ['VisibilityTimeout', 'soon'],
      ] as const) {
        await refused(set({ [name]: value }), { name: 'InvalidAttributeValue' });
      }
      assert.equal((await attributesOf(subject, QueueUrl))['VisibilityTimeout'], '30');
    },
  },
  {
    name: 'the count of a redrive policy is 1 to 1000',
    run: async (subject) => {
      const deadLetterTargetArn = await arnOf(subject, await makeQueue(subject));
      const set = redriveSetter(subject, await makeQueue(subject));
      await set({ deadLetterTargetArn, maxReceiveCount: 1000 });
      await refused(set({ deadLetterTargetArn, maxReceiveCount: 0 }), wrongValue);
      await refused(set({ deadLetterTargetArn, maxReceiveCount: 1001 }), wrongValue);
    },
  },
  {
    name: 'the dead-letter queue of a redrive policy must exist',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const deadLetterTargetArn = `${await arnOf(subject, QueueUrl)}-absent`;
      await refused(redriveSetter(subject, QueueUrl)({ deadLetterTargetArn, maxReceiveCount: 3 }), wrongValue);
    },
  },
  {
    name: 'a purge empties the queue',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      await subject.sqs.purgeQueue({ QueueUrl });
      assert.equal((await attributesOf(subject, QueueUrl))['ApproximateNumberOfMessages'], '0');
    },
  },
  {
    name: 'a purge is allowed once a minute',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.purgeQueue({ QueueUrl });
      await refused(subject.sqs.purgeQueue({ QueueUrl }), { name: 'PurgeQueueInProgress', status: 403 });
    },
  },
  {
    name: 'another account is refused where the queue has no policy',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await refused(subject.stranger.sendMessage({ QueueUrl, MessageBody: 'x' }), denied);
    },
  },
  {
    name: "another account gets in by the queue's policy, but never to change or delete the queue",
    run: async (subject) => {
      const { sqs, stranger, strangerAccount } = subject;
      const QueueUrl = await makeQueue(subject);
      const Resource = await arnOf(subject, QueueUrl);
      const statement = { Effect: 'Allow', Principal: { AWS: strangerAccount }, Action: 'sqs:*', Resource };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
      await stranger.sendMessage({ QueueUrl, MessageBody: 'x' });
      await refused(stranger.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: '1' } }), denied);
      await refused(stranger.deleteQueue({ QueueUrl }), denied);
    },
  },
];

async function arnOf(subject: SqsSubject, QueueUrl: string): Promise<string> {
  return (await attributesOf(subject, QueueUrl))['QueueArn']!;
}

function redriveSetter({ sqs }: SqsSubject, QueueUrl: string): (policy: object) => Promise<unknown> {
  return (policy) => sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: JSON.stringify(policy) } });
}

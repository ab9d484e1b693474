import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { attributesOf, makeQueue, receiveOne, type SqsSubject } from './sqs-subject.ts';

/** What SQS promises to those who receive. */
export const receivingChecks: readonly Check<SqsSubject>[] = [
  {
    name: 'a received message is hidden from others, and counted as in flight',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const count = async () => {
        const attributes = await attributesOf(subject, QueueUrl);
        return [attributes['ApproximateNumberOfMessages'], attributes['ApproximateNumberOfMessagesNotVisible']];
      };
      assert.deepEqual(await count(), ['1', '0']);
      await receiveOne(subject, QueueUrl);
      assert.equal((await subject.sqs.receiveMessage({ QueueUrl })).Messages, undefined);
      assert.deepEqual(await count(), ['0', '1']);
    },
  },
  {
    name: 'a message that was not deleted comes back, under a new receipt handle',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject, { VisibilityTimeout: '1' });
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const first = await receiveOne(subject, QueueUrl);
      const second = await receiveOne(subject, QueueUrl);
      assert.equal(second.MessageId, first.MessageId);
      assert.notEqual(second.ReceiptHandle, first.ReceiptHandle);
      assert.equal(second.Attributes?.ApproximateReceiveCount, '2');
      const times = [first, second].map((message) => message.Attributes?.ApproximateFirstReceiveTimestamp);
      assert.equal(times[1], times[0]);
    },
  },
  {
    name: 'a deleted message is gone; deleting it again succeeds',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const { ReceiptHandle } = await receiveOne(subject, QueueUrl);
      await subject.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      assert.equal((await attributesOf(subject, QueueUrl))['ApproximateNumberOfMessagesNotVisible'], '0');
      await subject.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    },
  },
  {
    name: 'a receipt handle that nobody issued is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const invalid = { name: 'ReceiptHandleIsInvalid', Code: 'ReceiptHandleIsInvalid', status: 404 };
      const handle = { QueueUrl, ReceiptHandle: 'garbage' };
      await refused(subject.sqs.deleteMessage(handle), invalid);
      await refused(subject.sqs.changeMessageVisibility({ ...handle, VisibilityTimeout: 1 }), invalid);
    },
  },
  {
    name: 'a changed visibility of 0 shows a message at once',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const { ReceiptHandle } = await receiveOne(subject, QueueUrl);
      await subject.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      assert.equal((await receiveOne(subject, QueueUrl)).Attributes?.ApproximateReceiveCount, '2');
    },
  },
  {
    name: 'a visibility above twelve hours is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const { ReceiptHandle } = await receiveOne(subject, QueueUrl);
      const change = subject.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 });
      await refused(change, { Code: 'InvalidParameterValue', status: 400 });
    },
  },
  {
    name: 'the visibility of a message that is not in flight cannot be changed',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      const { ReceiptHandle } = await receiveOne(subject, QueueUrl);
      const change = (VisibilityTimeout: number) =>
        subject.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout });
      await change(0);
      await refused(change(10), { name: 'MessageNotInflight' });
    },
  },
  {
    name: 'a long poll ends when a message is sent',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const abortSignal = AbortSignal.timeout(6000);
      const waiting = subject.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { abortSignal });
      // Long enough for the request to arrive; where it does not, the check still holds.
      await sleep(50);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
      assert.equal((await waiting).Messages?.[0]?.Body, 'x');
    },
  },
  {
    name: 'a long poll ends when a delayed message can be received, not before',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x', DelaySeconds: 1 });
      assert.equal((await subject.sqs.receiveMessage({ QueueUrl })).Messages, undefined);
      assert.equal((await attributesOf(subject, QueueUrl))['ApproximateNumberOfMessagesDelayed'], '1');
      const abortSignal = AbortSignal.timeout(6000);
      const { Messages } = await subject.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { abortSignal });
      assert.equal(Messages?.[0]?.Body, 'x');
    },
  },
  {
    name: 'a long poll of a queue that stays empty answers nothing, also when the queue sets its length',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject, { ReceiveMessageWaitTimeSeconds: '1' });
      const asked = performance.now();
      assert.equal((await subject.sqs.receiveMessage({ QueueUrl })).Messages, undefined);
      assert.ok(performance.now() - asked > 900, 'the queue asks for a wait of one second');
    },
  },
  {
    name: 'what a receiver asks for must be within the documented bounds',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const wrong = { Code: 'InvalidParameterValue', status: 400 };
      const receive = (options: object) => subject.sqs.receiveMessage({ QueueUrl, ...options });
      await refused(receive({ MaxNumberOfMessages: 11 }), wrong);
      await refused(receive({ MaxNumberOfMessages: 0 }), wrong);
      await refused(receive({ WaitTimeSeconds: 21 }), wrong);
      await refused(receive({ VisibilityTimeout: 43_201 }), wrong);
    },
  },
  {
    name: 'a message received too often goes to the dead-letter queue, with its id',
    run: async (subject) => {
      const { letter, MessageId } = await killMessage(subject);
      assert.equal(letter.MessageId, MessageId);
      assert.equal(letter.Body, 'poison');
    },
  },
  {
    name: 'a dead letter tells where it came from, and goes on counting its receipts',
    run: async (subject) => {
      const { letter, QueueUrl } = await killMessage(subject);
      assert.equal(letter.Attributes?.DeadLetterQueueSourceArn, (await attributesOf(subject, QueueUrl))['QueueArn']);
      assert.equal(letter.Attributes?.ApproximateReceiveCount, '3');
    },
  },
];

/** Sends a message to a queue that allows two receipts, and receives it until it comes from the dead-letter queue. */
async function killMessage(subject: SqsSubject) {
  const deadUrl = await makeQueue(subject);
  const deadLetterTargetArn = (await attributesOf(subject, deadUrl))['QueueArn'];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
  const QueueUrl = await makeQueue(subject, { RedrivePolicy });
  const { MessageId } = await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'poison' });
  for (const count of ['1', '2']) {
    const { ReceiptHandle, Attributes } = await receiveOne(subject, QueueUrl);
    assert.equal(Attributes?.ApproximateReceiveCount, count);
    await subject.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  }
  assert.equal((await subject.sqs.receiveMessage({ QueueUrl })).Messages, undefined);
  return { letter: await receiveOne(subject, deadUrl), QueueUrl, MessageId };
}

import assert from 'node:assert/strict';
import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { attributesOf, makeQueue, type SqsSubject } from './sqs-subject.ts';

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));

/** Receives until as many have come. */
async function receiveAll({ sqs }: SqsSubject, QueueUrl: string, count: number) {
  const messages = [];
  while (messages.length < count) {
    const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 });
    assert.ok(Messages, `only ${messages.length} of ${count} messages came`);
    messages.push(...Messages);
  }
  return messages;
}

function failures(failed: readonly BatchResultErrorEntry[] | undefined) {
  return (failed ?? []).map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault }));
}

/** What SQS promises of batches. */
export const batchChecks: readonly Check<SqsSubject>[] = [
  {
    name: 'a batch of ten is sent, received and deleted',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const sent = await subject.sqs.sendMessageBatch({ QueueUrl, Entries: entries(10) });
      assert.deepEqual(failures(sent.Failed), []);
      const messages = await receiveAll(subject, QueueUrl, 10);
      const ids = sent.Successful?.map((entry) => entry.MessageId).sort();
      assert.deepEqual(messages.map((message) => message.MessageId).sort(), ids);
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle: ReceiptHandle! }));
      const deleted = await subject.sqs.deleteMessageBatch({ QueueUrl, Entries });
      assert.equal(deleted.Successful?.length, 10);
      assert.equal((await attributesOf(subject, QueueUrl))['ApproximateNumberOfMessagesNotVisible'], '0');
    },
  },
  {
    name: 'of a batch that is sent, an entry that fails fails alone',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const Entries = [...entries(2), { Id: 'bad', MessageBody: 'a\u0000b' }];
      const sent = await subject.sqs.sendMessageBatch({ QueueUrl, Entries });
      assert.deepEqual(failures(sent.Failed), [{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
      await receiveAll(subject, QueueUrl, 2);
    },
  },
  {
    name: 'of a batch that is deleted or changed, an entry that fails fails alone',
    run: async (subject) => {
      const { sqs } = subject;
      const QueueUrl = await makeQueue(subject);
      await sqs.sendMessageBatch({ QueueUrl, Entries: entries(2) });
      const [first, second] = await receiveAll(subject, QueueUrl, 2);
      const bad = { Id: 'bad', ReceiptHandle: 'garbage' };
      const invalid = [{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }];
      const shown = [{ Id: 'a', ReceiptHandle: first!.ReceiptHandle! }, bad];
      const changed = await sqs.changeMessageVisibilityBatch({
        QueueUrl,
        Entries: shown.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      });
      assert.deepEqual(changed.Successful, [{ Id: 'a' }]);
      assert.deepEqual(failures(changed.Failed), invalid);
      const Entries = [{ Id: 'a', ReceiptHandle: second!.ReceiptHandle! }, bad];
      const deleted = await sqs.deleteMessageBatch({ QueueUrl, Entries });
      assert.deepEqual(deleted.Successful, [{ Id: 'a' }]);
      assert.deepEqual(failures(deleted.Failed), invalid);
      const attributes = await attributesOf(subject, QueueUrl);
      assert.equal(attributes['ApproximateNumberOfMessages'], '1');
      assert.equal(attributes['ApproximateNumberOfMessagesNotVisible'], '0');
    },
  },
  {
    name: 'a batch is refused as a whole when it is empty, too long, too large, or its ids are not fit',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const send = (Entries: ReturnType<typeof entries>) => subject.sqs.sendMessageBatch({ QueueUrl, Entries });
      const MessageBody = 'x';
      await refused(send([]), { name: 'EmptyBatchRequest' });
      await refused(send(entries(11)), { name: 'TooManyEntriesInBatchRequest' });
      await refused(send([...entries(2), ...entries(1)]), { name: 'BatchEntryIdsNotDistinct' });
      await refused(send([{ Id: 'not fit', MessageBody }]), { name: 'InvalidBatchEntryId' });
      const half = 'x'.repeat(524_289);
      await refused(send(['a', 'b'].map((Id) => ({ Id, MessageBody: half }))), { name: 'BatchRequestTooLong' });
      assert.equal((await attributesOf(subject, QueueUrl))['ApproximateNumberOfMessages'], '0');
    },
  },
];

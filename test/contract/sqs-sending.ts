import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeQueue, receiveOne, type SqsSubject } from './sqs-subject.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The most that a message may hold, in bytes. */
const largest = 1_048_576;

/** What SQS promises to those who send. */
export const sendingChecks: readonly Check<SqsSubject>[] = [
  {
    name: 'a message comes as it was sent, with its digests, its attributes and its history',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const MessageBody = 'ü \n <x/> 😀';
      const MessageAttributes = {
        text: { DataType: 'String', StringValue: 'ü' },
        count: { DataType: 'Number.int', StringValue: '7' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
      };
      const before = Date.now();
      const sent = await subject.sqs.sendMessage({ QueueUrl, MessageBody, MessageAttributes });
      assert.equal(sent.MD5OfMessageBody, md5(MessageBody));
      const got = await receiveOne(subject, QueueUrl);
      assert.equal(got.MessageId, sent.MessageId);
      assert.equal(got.Body, MessageBody);
      assert.equal(got.MD5OfBody, md5(MessageBody));
      assert.equal(got.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
      // Computed by hand from the documented encoding of these three attributes.
      assert.equal(sent.MD5OfMessageAttributes, attributesMd5());
      assert.equal(got.MessageAttributes?.['text']?.StringValue, 'ü');
      assert.equal(got.MessageAttributes?.['count']?.DataType, 'Number.int');
      assert.deepEqual([...(got.MessageAttributes?.['raw']?.BinaryValue ?? [])], [0, 255]);
      assert.equal(got.Attributes?.ApproximateReceiveCount, '1');
      assert.ok(got.Attributes?.SenderId);
      const [sentAt, receivedAt] = [got.Attributes.SentTimestamp, got.Attributes.ApproximateFirstReceiveTimestamp];
      assert.ok(Number(sentAt) >= before - 1000 && Number(receivedAt) >= Number(sentAt), `${sentAt} ${receivedAt}`);
    },
  },
  {
    name: 'only those attributes come that were asked for, by name or by prefix',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const value = { DataType: 'String', StringValue: 'x' };
      const MessageAttributes = { 'a.one': value, 'a.two': value, b: value };
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x', MessageAttributes });
      const receive = async (names: readonly string[], system: readonly 'SenderId'[]) => {
        const { Messages = [] } = await subject.sqs.receiveMessage({
          QueueUrl,
          VisibilityTimeout: 0,
          MessageAttributeNames: [...names],
          MessageSystemAttributeNames: [...system],
        });
        const [message] = Messages;
        return [Object.keys(message?.MessageAttributes ?? {}).sort(), Object.keys(message?.Attributes ?? {})];
      };
      assert.deepEqual(await receive([], []), [[], []]);
      assert.deepEqual(await receive(['b'], ['SenderId']), [['b'], ['SenderId']]);
      assert.deepEqual(await receive(['a.*'], []), [['a.one', 'a.two'], []]);
      assert.deepEqual(await receive(['.*'], []), [['a.one', 'a.two', 'b'], []]);
    },
  },
  {
    name: 'a message without a body is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      await refused(subject.sqs.sendMessage({ QueueUrl, MessageBody: '' }), { Code: 'MissingParameter' });
    },
  },
  {
    name: 'a message with characters that SQS does not carry is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const send = (MessageBody: string) => subject.sqs.sendMessage({ QueueUrl, MessageBody });
      await send('\t\n\r');
      await refused(send('a\u0000b'), { name: 'InvalidMessageContents' });
      await refused(send('a\uffff'), { name: 'InvalidMessageContents' });
    },
  },
  {
    name: 'a message is delayed by 15 minutes at most',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const send = (DelaySeconds: number) => subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x', DelaySeconds });
      await send(900);
      await refused(send(901), { Code: 'InvalidParameterValue' });
    },
  },
  {
    name: 'a message of 1 MiB is taken, one byte more is refused',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const send = (size: number) => subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(size) });
      await send(largest);
      await refused(send(largest + 1), { Code: 'InvalidParameterValue' });
    },
  },
  {
    name: 'the attributes of a message count in its size, with their names and types',
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject);
      const MessageAttributes = { a: { DataType: 'String', StringValue: 'v' } };
      const counted = 'aStringv'.length;
      const send = (size: number) =>
        subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(size), MessageAttributes });
      await send(largest - counted);
      await refused(send(largest - counted + 1), { Code: 'InvalidParameterValue' });
    },
  },
  {
    name: "a queue's own limit of the size of messages holds",
    run: async (subject) => {
      const QueueUrl = await makeQueue(subject, { MaximumMessageSize: '1024' });
      await subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(1024) });
      const tooLong = subject.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(1025) });
      await refused(tooLong, { Code: 'InvalidParameterValue' });
    },
  },
];

function attributesMd5(): string {
  const prefixed = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  };
  const encode = (name: string, type: string, transport: number, value: Buffer) => [
    ...prefixed(Buffer.from(name)),
    ...prefixed(Buffer.from(type)),
    Buffer.from([transport]),
    ...prefixed(value),
  ];
  const encoded = [
    ...encode('count', 'Number.int', 1, Buffer.from('7')),
    ...encode('raw', 'Binary', 2, Buffer.from([0, 255])),
    ...encode('text', 'String', 1, Buffer.from('ü')),
  ];
  return createHash('md5').update(Buffer.concat(encoded)).digest('hex');
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { LocalSqs } from '../../../lib/local-cloud/sqs/server.ts';
import { clientOf } from './clients.ts';

describe('the embedded SQS', () => {
  const identities = new IdentityRegistry();
  const server = new LocalSqs({ identities });
  let client: SQSClient;
  let QueueUrl = '';
  beforeAll(async () => {
    client = clientOf(await server.start(), identities.addUser('111111111111', 'owner'));
    QueueUrl = (await client.send(new CreateQueueCommand({ QueueName: 'work' }))).QueueUrl!;
  });
  afterAll(() => server.close());

  it('gives its queues URLs on loopback', () => {
    expect(QueueUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/111111111111\/work$/);
  });

  it('counts requests by operation, where they arrive', async () => {
    const before = server.requests.of('SendMessage');
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(server.requests.of('SendMessage')).toBe(before + 1);
  });

  it('refuses what it lacks in clear words: FIFO queues, system attributes, operations', async () => {
    const fifo = client.send(new CreateQueueCommand({ QueueName: 'work.fifo', Attributes: { FifoQueue: 'true' } }));
    await expect(fifo).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    await expect(fifo).rejects.toThrow('FIFO queues are not supported here');
    const traced = new SendMessageCommand({
      QueueUrl,
      MessageBody: 'x',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } },
    });
    await expect(client.send(traced)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    const tags = client.send(new ListQueueTagsCommand({ QueueUrl }));
    await expect(tags).rejects.toMatchObject({ Code: 'InvalidAction' });
    await expect(tags).rejects.toThrow('ListQueueTags is not supported here');
  });

  it('ends a long poll when its client is gone, and keeps the message for another', async () => {
    const arn = 'arn:aws:sqs:eu-west-1:111111111111:idle';
    const made = await client.send(new CreateQueueCommand({ QueueName: 'idle' }));
    const leaving = new AbortController();
    const queue = server.service.find(arn)!;
    const receive = new ReceiveMessageCommand({ QueueUrl: made.QueueUrl, WaitTimeSeconds: 20 });
    const left = client.send(receive, { abortSignal: leaving.signal });
    while (!queue.isWatched) {
      await sleep(2);
    }
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    while (queue.isWatched) {
      await sleep(2);
    }
    await client.send(new SendMessageCommand({ QueueUrl: made.QueueUrl, MessageBody: 'x' }));
    expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });
});

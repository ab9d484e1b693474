import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { longestLifeMs } from '../../../functions/aws/message-fate.ts';
import type { QueueRecord } from '../../../functions/aws/queue-events.ts';
import { Queues, secondsUntilNext } from '../../../functions/aws/queues.ts';
import { LocalCloud } from '../../../lib/local-cloud/cloud.ts';
import { seededRandom } from '../../support/faults.ts';

const recordOf = (deliveries: number): QueueRecord => ({
  messageId: 'm',
  receiptHandle: 'r',
  body: 'body',
  attributes: { ApproximateReceiveCount: String(deliveries) },
});

describe('a message that failed', () => {
  it('is put off by seconds, twice as long each time, up to six hours', async () => {
    const sent: unknown[] = [];
    const client = Object.assign(new SQSClient({ region: 'eu-west-1' }), {
      send: async (command: ChangeMessageVisibilityCommand) => {
        expect(command).toBeInstanceOf(ChangeMessageVisibilityCommand);
        sent.push(command.input);
      },
    });
    const queues = new Queues(client, () => 0.999_999);
    for (const deliveries of [1, 2, 3, 50]) {
      await queues.putOff('url', recordOf(deliveries));
    }
    const delays = [15, 30, 60, 6 * 60 * 60];
    expect(sent).toEqual(
      delays.map((VisibilityTimeout) => ({ QueueUrl: 'url', ReceiptHandle: 'r', VisibilityTimeout })),
    );
  });

  it('comes fewer than 100 times in 13 days, and is never put off beyond the 12 hours of SQS', () => {
    const random = seededRandom(8);
    const lives = Array.from({ length: 300 }, () => {
      let deliveries = 0;
      for (let second = 0; second * 1000 <= longestLifeMs; ) {
        deliveries += 1;
        const delay = secondsUntilNext(deliveries, random);
        expect(delay).toBeGreaterThanOrEqual(7);
        expect(delay).toBeLessThan(12 * 60 * 60);
        second += delay;
      }
      return deliveries;
    });
    expect(Math.max(...lives)).toBeLessThan(100);
    expect(Math.min(...lives)).toBeGreaterThan(50);
  });
});

describe('requests that SQS answers', () => {
  let cloud: LocalCloud;
  let client: SQSClient;
  let url: string;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    const credentials = cloud.createAccount('111111111111');
    client = new SQSClient({ region: cloud.region, endpoint: cloud.sqs.endpoint, credentials, maxAttempts: 1 });
    url = (await client.send(new CreateQueueCommand({ QueueName: 'queue' }))).QueueUrl ?? '';
  });
  afterAll(async () => {
    client.destroy();
    await cloud.close();
  });

  const received = async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
    );
    return Messages;
  };

  it.each([
    ['', 'not given'],
    ['plain', 'plain'],
    ['bell \u0007, half \ud83d, and \uffff', 'bell \\u0007, half \\ud83d, and \\uffff'],
    ['😀'.repeat(1_500), '😀'.repeat(1_000)],
  ])('a dead letter keeps its body and tells its reason, %j', async (reason, told) => {
    await new Queues(client).deadLetter(url, recordOf(1), reason);
    const [message] = await received();
    expect(message?.Body).toBe('body');
    expect(message?.MessageAttributes).toMatchObject({
      reason: { StringValue: told },
      messageId: { StringValue: 'm' },
    });
  });

  it('any number of messages is sent in batches', async () => {
    const bodies = Array.from({ length: 23 }, (_, i) => `message ${i}`);
    await new Queues(client).send(url, bodies);
    const seen = [...(await received()), ...(await received()), ...(await received())].map(({ Body }) => Body);
    expect(seen.toSorted()).toEqual(bodies.toSorted());
  });

  it('a message arrives after the time that is asked for', async () => {
    await new Queues(client).send(url, ['later'], 900);
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed'] as const;
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
    );
    expect(names.map((name) => Attributes?.[name])).toEqual(['0', '1']);
  });

  it('a batch of which some were refused is an error with the code', async () => {
    await expect(new Queues(client).send(url, ['fine', 'bad \u0007'])).rejects.toThrow(
      /^SQS refused 1 of 2 messages for .*: InvalidMessageContents$/,
    );
  });
});

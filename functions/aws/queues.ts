import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { backoffDelay } from '../../lib/flow/backoff.ts';
import { attributeText } from './attribute-text.ts';
import type { QueueRecord } from './queue-events.ts';

/** Milliseconds before a message that failed comes again: at first, and at most. SQS itself allows 12 hours from a delivery on. */
const firstDelayMs = 15 * 1000;
const longestDelayMs = 6 * 60 * 60 * 1000;
/** SQS takes at most so many messages in one request. */
const batchSize = 10;

/**
 * For how long a message stays invisible after a delivery that failed, in seconds: twice as long each time, between half of that and all of it.
 *
 * A message that fails for as long as it may live is delivered fewer than 100 times, at which number the queue takes the function to have crashed.
 *
 * @param deliveries how often it came, from 1
 * @param random uniform in [0, 1)
 */
export function secondsUntilNext(deliveries: number, random: () => number): number {
  const delayMs = backoffDelay(deliveries, {
    baseMs: firstDelayMs,
    maxMs: longestDelayMs,
    random: () => (1 + random()) / 2,
  });
  return Math.ceil(delayMs / 1000);
}

/** The requests to SQS that the functions make. Every method rejects when SQS does not carry it out. */
export class Queues {
  readonly #client: SQSClient;
  readonly #random: () => number;

  /** @param random uniform in [0, 1) */
  constructor(client: SQSClient, random: () => number = Math.random) {
    this.#client = client;
    this.#random = random;
  }

  /** Sends a message to the dead-letter queue as it came, with the reason as attribute `reason`. */
  async deadLetter(queueUrl: string, record: QueueRecord, reason: string): Promise<void> {
    const attributes = { reason, messageId: record.messageId };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: 'String', StringValue: attributeText(value) },
      ]),
    );
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: record.body, MessageAttributes }),
    );
  }

  /** Puts off the next delivery of a message: exponentially by how often it came, with jitter. */
  async putOff(queueUrl: string, record: QueueRecord): Promise<void> {
    const deliveries = Number(record.attributes.ApproximateReceiveCount ?? '1');
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: secondsUntilNext(deliveries, this.#random),
      }),
    );
  }

  /** Sends messages to one queue, where they arrive after so many seconds, 900 at most. Rejects when SQS refused any of them. */
  async send(queueUrl: string, bodies: readonly string[], delaySeconds?: number): Promise<void> {
    const delay = delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds };
    for (let i = 0; i < bodies.length; i += batchSize) {
      const batch = bodies.slice(i, i + batchSize);
      const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody, ...delay }));
      const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const [first] = Failed;
      if (first !== undefined) {
        throw new Error(`SQS refused ${Failed.length} of ${Entries.length} messages for ${queueUrl}: ${first.Code}`);
      }
    }
  }
}

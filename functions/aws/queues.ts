import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { backoffDelay } from '../../lib/flow/backoff.ts';
import type { QueueRecord } from './queue-events.ts';

/** Seconds before a message that failed comes again: at first, and at most. SQS itself allows 12 hours. */
const firstDelay = 15;
const longestDelay = 4 * 60 * 60;
/** SQS takes at most so many messages in one request. */
const batchSize = 10;
/** SQS refuses longer attribute values of our use; the log has the whole reason. */
const maxReasonLength = 1_000;

/** The requests to SQS that the functions make. Every method rejects when SQS does not carry it out. */
export class Queues {
  readonly #client: SQSClient;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#client = new SQSClient({ maxAttempts: 3 });
    this.#random = random;
  }

  /** Sends a message to the dead-letter queue as it came, with the reason as attribute `reason`. */
  async deadLetter(queueUrl: string, record: QueueRecord, reason: string): Promise<void> {
    const attributes = { reason, messageId: record.messageId };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: 'String', StringValue: value.slice(0, maxReasonLength) },
      ]),
    );
    await this.#client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: record.body, MessageAttributes }),
    );
  }

  /** Puts off the next delivery of a message: exponentially by how often it came, with jitter. */
  async putOff(queueUrl: string, record: QueueRecord): Promise<void> {
    const deliveries = Number(record.attributes.ApproximateReceiveCount ?? '1');
    const delay = backoffDelay(deliveries, {
      baseMs: firstDelay,
      maxMs: longestDelay,
      random: () => (1 + this.#random()) / 2,
    });
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: Math.ceil(delay),
      }),
    );
  }

  /** Sends messages to one queue. Rejects when SQS refused any of them. */
  async send(queueUrl: string, bodies: readonly string[]): Promise<void> {
    for (let i = 0; i < bodies.length; i += batchSize) {
      const Entries = bodies.slice(i, i + batchSize).map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const [first] = Failed;
      if (first !== undefined) {
        throw new Error(`SQS refused ${Failed.length} of ${Entries.length} messages for ${queueUrl}: ${first.Code}`);
      }
    }
  }
}

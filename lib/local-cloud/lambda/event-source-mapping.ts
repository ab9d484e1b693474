import { setTimeout as pause } from 'node:timers/promises';
import type { ReceivedMessage } from '../sqs/message-operations.ts';
import { type LambdaFunction, TooManyRequestsException } from './function.ts';
import type { InvocationResult } from './outcome.ts';
import { failedIds, sqsEvent } from './sqs-event.ts';

/** What a mapping needs of its queue; each call is made with the permissions of the function's role. */
export interface QueueReader {
  readonly arn: string;
  /** The queue's visibility timeout, in seconds. */
  readonly visibilityTimeout: number;
  /** Long-polls for up to ten messages; an abort ends the wait with none. */
  receive(most: number, waitSeconds: number, signal: AbortSignal): Promise<readonly ReceivedMessage[]>;
  delete(receiptHandles: readonly string[]): Promise<void>;
}

/** How a queue's messages are given to a function. */
export interface MappingSettings {
  /** How many messages one invocation gets at most. Default 10. */
  readonly batchSize?: number;
  /** How long a batch that is not full waits for more, in seconds. Default 0; at least 1 for more than ten messages. */
  readonly batchingWindowSeconds?: number;
  /** How many invocations the mapping has running at most: 2 to 1000. Default 5. */
  readonly maximumConcurrency?: number;
  /** `ReportBatchItemFailures`: the function says which messages have failed. Default false. */
  readonly reportBatchItemFailures?: boolean;
  /** Told of each batch that was given to the function. */
  readonly onBatch?: (messages: readonly ReceivedMessage[], result: InvocationResult) => void;
  /** Told of what the queue refuses, such as a role without permission; the mapping goes on trying. */
  readonly onProblem?: (error: unknown) => void;
}

const DEFAULTS = { batchSize: 10, batchingWindowSeconds: 0, maximumConcurrency: 5, reportBatchItemFailures: false };
const MOST_PER_RECEIVE = 10;
const LONGEST_WAIT = 20;
const PROBLEM_PAUSE_MS = 1000;
const THROTTLE_PAUSE_MS = 50;

/**
 * An event source mapping from a queue to a function: it polls, invokes, deletes what succeeded and leaves the rest to
 * the visibility timeout. Throws where Lambda refuses the settings.
 */
export class EventSourceMapping {
  readonly #queue: QueueReader;
  readonly #target: LambdaFunction;
  readonly #settings: MappingSettings & typeof DEFAULTS;
  readonly #stop = new AbortController();
  readonly #pollers: readonly Promise<void>[];

  constructor(queue: QueueReader, target: LambdaFunction, settings: MappingSettings = {}) {
    this.#queue = queue;
    this.#target = target;
    this.#settings = { ...DEFAULTS, ...settings };
    checkSettings(this.#settings, queue, target);
    this.#pollers = Array.from({ length: this.#settings.maximumConcurrency }, () => this.#poll());
  }

  /** Stops polling; resolves when the invocations that run have ended. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#pollers);
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const batch = await this.#collect();
        if (batch.length > 0) {
          await this.#process(batch);
        }
      } catch (error) {
        this.#settings.onProblem?.(error);
        await pause(PROBLEM_PAUSE_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  async #collect(): Promise<readonly ReceivedMessage[]> {
    const { batchSize, batchingWindowSeconds } = this.#settings;
    const { signal } = this.#stop;
    const receive = (count: number, wait: number) =>
      this.#queue.receive(Math.min(MOST_PER_RECEIVE, count), Math.min(LONGEST_WAIT, wait), signal);
    const batch = [...(await receive(batchSize, LONGEST_WAIT))];
    const fullBy = performance.now() + batchingWindowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
      const wait = (fullBy - performance.now()) / 1000;
      if (wait <= 0) {
        break;
      }
      batch.push(...(await receive(batchSize - batch.length, wait)));
    }
    return batch;
  }

  async #process(batch: readonly ReceivedMessage[]): Promise<void> {
    const result = await this.#invoke(sqsEvent(batch, this.#queue.arn));
    if (result === undefined) {
      return;
    }
    const ids = batch.map((message) => message.MessageId);
    const failed = this.#failedOf(result, ids);
    const handles = batch
      .filter(({ MessageId }) => !failed.includes(MessageId))
      .map((message) => message.ReceiptHandle);
    for (let start = 0; start < handles.length; start += MOST_PER_RECEIVE) {
      await this.#queue.delete(handles.slice(start, start + MOST_PER_RECEIVE));
    }
    this.#settings.onBatch?.(batch, result);
  }

  #failedOf(result: InvocationResult, ids: readonly string[]): readonly string[] {
    if (result.functionError !== undefined) {
      return ids;
    }
    return this.#settings.reportBatchItemFailures ? failedIds(result.payload, ids) : [];
  }

  /** Invokes, and again while the function is throttled, until the messages are visible again anyway. */
  async #invoke(event: object): Promise<InvocationResult | undefined> {
    const giveUpAt = performance.now() + this.#queue.visibilityTimeout * 1000;
    while (!this.#stop.signal.aborted) {
      try {
        return await this.#target.invoke(event);
      } catch (error) {
        if (!(error instanceof TooManyRequestsException) || performance.now() > giveUpAt) {
          throw error;
        }
        await pause(THROTTLE_PAUSE_MS);
      }
    }
    return undefined;
  }
}

function checkSettings(
  { batchSize, batchingWindowSeconds, maximumConcurrency }: typeof DEFAULTS,
  queue: QueueReader,
  target: LambdaFunction,
): void {
  if (batchSize < 1 || batchSize > 10_000 || (batchSize > MOST_PER_RECEIVE && batchingWindowSeconds < 1)) {
    throw new RangeError(
      `batchSize ${batchSize}: it must be 1 to 10, or up to 10000 with a window of 1 second or more`,
    );
  }
  if (batchingWindowSeconds < 0 || batchingWindowSeconds > 300) {
    throw new RangeError(`batchingWindowSeconds ${batchingWindowSeconds}: it must be 0 to 300`);
  }
  if (maximumConcurrency < 2 || maximumConcurrency > 1000) {
    throw new RangeError(`maximumConcurrency ${maximumConcurrency}: it must be 2 to 1000`);
  }
  const { timeoutSeconds } = target.settings;
  if (queue.visibilityTimeout < timeoutSeconds) {
    throw new RangeError(
      `Queue visibility timeout: ${queue.visibilityTimeout} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }
}

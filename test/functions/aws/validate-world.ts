import type { QueueRecord } from '../../../functions/aws/queue-events.ts';
import { handleValidateBatch, type ValidateSurroundings } from '../../../functions/aws/validate-batch.ts';
import { historyOf, type Recipient } from '../../../lib/findings/recipient.ts';
import type { ChangeRecord } from '../../../lib/findings/record.ts';
import { classify } from '../../../lib/kops/layout.ts';
import type { LogFields } from '../../../lib/telemetry/logger.ts';
import { cluster, goodCluster, watched } from '../../findings/watched.ts';
import { notification } from './batch.ts';

/** Seconds that the cluster must be quiet. */
export const settle = 60;
const { signal } = new AbortController();

interface Waiting {
  readonly id: string;
  readonly body: string;
  /** By the clock, in milliseconds. */
  at: number;
  deliveries: number;
}

/** How the queue treats its messages; each may be changed by a test. */
export interface Mischief {
  /** How often a message is delivered; 0 loses it. */
  copies: (body: string) => number;
  reverse: boolean;
}

/** The function over stores in memory, and a queue that delays messages by a clock which stands still until it is told to move. */
export async function validateWorld(
  objects: Readonly<Record<string, string>> = goodCluster,
  changes: Partial<ValidateSurroundings> = {},
) {
  const world = await watched(objects);
  const { source, records, clock, put: putObject } = world;
  const mischief: Mischief = { copies: () => 1, reverse: false };
  const lines: LogFields[] = [];
  const metrics: string[] = [];
  const dead: string[] = [];
  const heard: ChangeRecord[] = [];
  const listener: Recipient = { id: 'listener', tell: async (change) => void heard.push(change) };
  let waiting: Waiting[] = [];
  let next = 0;
  let sent = 0;
  const enqueue = (body: string, delaySeconds = 0) => {
    for (let copy = 0; copy < mischief.copies(body); copy += 1) {
      next += 1;
      waiting.push({ id: `m${next}`, body, at: clock.now() + delaySeconds * 1000, deliveries: 0 });
    }
  };
  const surroundings: ValidateSurroundings = {
    store: 'prod',
    source,
    records,
    recipients: [historyOf(records), listener],
    waivers: [],
    settle,
    clusterOf: ({ bucket, key }) => (bucket === 'state' ? classify(key).cluster : undefined),
    clusters: async () => [cluster],
    others: async () => [],
    send: async (bodies, delaySeconds) => {
      sent += bodies.length;
      for (const body of bodies) {
        enqueue(body, delaySeconds);
      }
    },
    deadLetter: async (_, reason) => void dead.push(reason),
    putOff: async ({ messageId }) => {
      const message = waiting.find(({ id }) => id === messageId);
      if (message !== undefined) {
        message.at = clock.now() + 15_000;
      }
    },
    logger: { log: (level, event, fields) => void lines.push({ level, event, ...fields }) },
    write: (line) => void metrics.push(line),
    clock,
    ...changes,
  };

  /** Delivers all that is due as one batch. Resolves to how many messages that were. */
  const deliver = async (): Promise<number> => {
    const due = waiting.filter(({ at }) => at <= clock.now());
    const ordered = mischief.reverse ? due.toReversed() : due;
    const Records = ordered.map(
      ({ id, body, deliveries }): QueueRecord => ({
        messageId: id,
        receiptHandle: id,
        body,
        attributes: { ApproximateReceiveCount: String(deliveries + 1) },
      }),
    );
    const { batchItemFailures } =
      due.length === 0 ? { batchItemFailures: [] } : await handleValidateBatch({ Records }, surroundings, signal);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    waiting = waiting.filter((message) => !due.includes(message) || failed.has(message.id));
    return due.length;
  };
  /** Lets so many seconds pass, with a delivery at each. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await deliver();
      await clock.sleep(1000);
    }
  };
  /** Changes an object, of which an event tells. */
  const put = async (key: string, text: string) => {
    await putObject(key, text);
    enqueue(notification(key));
  };
  const latest = async (name = cluster) => (await records.read(name, signal))?.record;
  return {
    ...world,
    ...{ mischief, lines, metrics, dead, heard, surroundings, enqueue, deliver, pass, put, latest },
    counts: () => ({ waiting: waiting.length, sent }),
  };
}

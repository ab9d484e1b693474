import { decodeMessage } from '../../lib/events/decode.ts';
import type { DecodedMessage } from '../../lib/events/decoded-message.ts';
import { summarize } from '../../lib/events/record.ts';
import type { ReconcileTask } from '../../lib/events/task.ts';
import type { Clock } from '../../lib/flow/clock.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import { type Outcome, Tally } from '../../lib/replication/outcome.ts';
import type { Replicator } from '../../lib/replication/replicator.ts';
import type { Logger } from '../../lib/telemetry/logger.ts';
import { isNotable, logOutcomes } from './log-outcomes.ts';
import { type Fate, fateOfError, fateOfOutcomes, withinLife } from './message-fate.ts';
import type { QueueBatchResponse, QueueEvent, QueueRecord } from './queue-events.ts';
import { type MessageEnds, settleMessage } from './settle-message.ts';

/** What the work on a batch needs of its surroundings. */
export interface BatchSurroundings extends MessageEnds {
  readonly replicator: Replicator;
  /** Names of the route and of the destination's store, which a task must be for. */
  readonly route: string;
  readonly destination: string;
  /** The key of the source store that a bucket's key is; undefined when it lies outside. */
  readonly keyInSource: (bucket: string, key: string) => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Handles one batch: every message ends in an outcome, comes again, or goes to the dead-letter queue with its reason (docs/promises.md, 9).
 *
 * Keys of all messages are converged together, so that a burst of events for one group is one piece of work.
 */
export async function handleBatch(
  event: QueueEvent,
  surroundings: BatchSurroundings,
  signal: AbortSignal,
): Promise<QueueBatchResponse> {
  const messages = event.Records.map((record) => read(record, surroundings));
  const fateOfKeys = await convergeAll([...new Set(messages.flatMap(({ keys }) => keys))], surroundings, signal);
  const failures = await mapConcurrently(messages, 4, async (message) => {
    const { record } = message;
    const fate = withinLife(record, await fateOf(message, fateOfKeys, surroundings, signal), surroundings.clock);
    return (await settleMessage(record, fate, surroundings)) ? [] : [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures: failures.flat() };
}

/** One message, and the keys of the source store that it speaks of. */
interface Message {
  readonly record: QueueRecord;
  readonly decoded: DecodedMessage;
  readonly keys: readonly string[];
}

/** Reads a message, and logs what of it asks for nothing. */
function read(record: QueueRecord, { keyInSource, logger }: BatchSurroundings): Message {
  const { messageId } = record;
  const decoded = decodeMessage(record.body);
  if (decoded.kind !== 'events') {
    return { record, decoded, keys: [] };
  }
  const keys = decoded.events.flatMap(({ bucket, key }) => keyInSource(bucket, key) ?? []);
  const outside = decoded.events.length - keys.length; // A bucket may hold more than the source store.
  if (outside > 0) {
    const buckets = [...new Set(decoded.events.map(({ bucket }) => bucket))];
    logger.log('info', 'events outside the source store', { messageId, events: outside, buckets });
  }
  if (decoded.ignored.length > 0) {
    logger.log('info', 'records ignored', { messageId, reason: summarize(decoded.ignored) });
  }
  return { record, decoded, keys };
}

/** Converges keys, and resolves to what tells the fate of a message from its own. Where the work crashed, every message that has some comes again. */
async function convergeAll(
  keys: readonly string[],
  { replicator, logger }: BatchSurroundings,
  signal: AbortSignal,
): Promise<(keys: readonly string[]) => Fate> {
  try {
    const outcomes = await replicator.converge(keys, signal);
    logOutcomes(logger, [...new Set([...outcomes.values()].flat())], 'warn');
    return (own) => fateOfOutcomes(own.flatMap((key) => outcomes.get(key) ?? []));
  } catch (error) {
    const fate = reported(error, logger);
    return (own) => (own.length === 0 ? { kind: 'done' } : fate);
  }
}

async function fateOf(
  { record, decoded, keys }: Message,
  fateOfKeys: (keys: readonly string[]) => Fate,
  surroundings: BatchSurroundings,
  signal: AbortSignal,
): Promise<Fate> {
  switch (decoded.kind) {
    case 'ignored':
      surroundings.logger.log('info', 'message ignored', { messageId: record.messageId, reason: decoded.reason });
      return { kind: 'done' };
    case 'refused':
      return { kind: 'never', reason: decoded.reason };
    case 'task':
      return reconcile(decoded.task, surroundings, signal);
    case 'events': {
      const fate = fateOfKeys(keys);
      return fate.kind === 'done' && decoded.refused.length > 0
        ? { kind: 'never', reason: summarize(decoded.refused) }
        : fate;
    }
  }
}

async function reconcile(
  task: ReconcileTask,
  { replicator, logger, route, destination }: BatchSurroundings,
  signal: AbortSignal,
): Promise<Fate> {
  const { prefix } = task;
  if (task.route !== route || task.destination !== destination) {
    return {
      kind: 'never',
      reason: `the task is for ${task.route} → ${task.destination}, and this function is for ${route} → ${destination}`,
    };
  }
  const tally = new Tally();
  const notable: Outcome[] = [];
  try {
    await replicator.reconcile(
      prefix,
      (outcome) => {
        tally.add(outcome);
        if (isNotable(outcome)) {
          notable.push(outcome);
        }
      },
      signal,
    );
  } catch (error) {
    return reported(error, logger);
  }
  logger.log('info', 'reconciled', { prefix, outcomes: { ...tally.toJSON() }, bytes: tally.bytesWritten });
  logOutcomes(logger, notable, 'error');
  return fateOfOutcomes(notable);
}

/** The fate of messages whose work ended in an error, which is logged. */
function reported(error: unknown, logger: Logger): Fate {
  const fate = fateOfError(error);
  logger.log('error', 'work not finished', { reason: fate.reason });
  return fate;
}

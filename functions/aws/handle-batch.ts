import { decodeMessage } from '../../lib/events/decode.ts';
import type { DecodedMessage } from '../../lib/events/decoded-message.ts';
import { summarize } from '../../lib/events/record.ts';
import type { ReconcileTask } from '../../lib/events/task.ts';
import type { Clock } from '../../lib/flow/clock.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import { type Outcome, Tally } from '../../lib/replication/outcome.ts';
import type { Replicator } from '../../lib/replication/replicator.ts';
import type { Logger } from '../../lib/telemetry/logger.ts';
import { isVfsError } from '../../lib/vfs/errors.ts';
import type { QueueBatchResponse, QueueEvent, QueueRecord } from './queue-events.ts';

/** What the work on a batch needs of its surroundings. */
export interface BatchSurroundings {
  readonly replicator: Replicator;
  /** Names of the route and of the destination's store, which a task must be for. */
  readonly route: string;
  readonly destination: string;
  /** The key of the source store that a bucket's key is; undefined when it lies outside. */
  readonly keyInSource: (bucket: string, key: string) => string | undefined;
  /** Sends a message that can never succeed to the dead-letter queue, with the reason. */
  readonly deadLetter: (record: QueueRecord, reason: string) => Promise<void>;
  /** Puts off the next delivery of a message, longer with every delivery. */
  readonly putOff: (record: QueueRecord) => Promise<void>;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * How old a message may get, in milliseconds. The queue keeps it for 14 days and then drops it without a word, so a day before that it goes to the
 * dead-letter queue instead.
 */
const longestLifeMs = 13 * 24 * 60 * 60 * 1000;

/** What becomes of one message. */
type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string };

/**
 * Handles one batch: every message ends in an outcome, comes again, or goes to the dead-letter queue with its reason (DESIGN §5, promise 9).
 *
 * Keys of all messages are converged together, so that a burst of events for one group is one piece of work.
 */
export async function handleBatch(
  event: QueueEvent,
  surroundings: BatchSurroundings,
  signal: AbortSignal,
): Promise<QueueBatchResponse> {
  const messages = event.Records.map((record) => ({ record, decoded: decodeMessage(record.body) }));
  const keys = messages.flatMap(({ decoded }) => keysOf(decoded, surroundings));
  const outcomes = await surroundings.replicator.converge([...new Set(keys)], signal);
  logOutcomes(surroundings.logger, [...new Set([...outcomes.values()].flat())]);
  const failures = await mapConcurrently(messages, 4, async ({ record, decoded }) => {
    const fate = withinLife(record, await fateOf(decoded, outcomes, surroundings, signal), surroundings);
    return (await settle(record, fate, surroundings)) ? [] : [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures: failures.flat() };
}

function keysOf(decoded: DecodedMessage, { keyInSource }: BatchSurroundings): readonly string[] {
  const events = decoded.kind === 'events' ? decoded.events : [];
  return events.flatMap(({ bucket, key }) => keyInSource(bucket, key) ?? []); // A bucket may hold more than the source store.
}

async function fateOf(
  decoded: DecodedMessage,
  outcomes: ReadonlyMap<string, readonly Outcome[]>,
  surroundings: BatchSurroundings,
  signal: AbortSignal,
): Promise<Fate> {
  switch (decoded.kind) {
    case 'ignored':
      surroundings.logger.log('info', 'message ignored', { reason: decoded.reason });
      return { kind: 'done' };
    case 'refused':
      return { kind: 'never', reason: decoded.reason };
    case 'task':
      return reconcile(decoded.task, surroundings, signal);
    case 'events': {
      const fate = fateOfOutcomes(keysOf(decoded, surroundings).flatMap((key) => outcomes.get(key) ?? []));
      return fate.kind === 'done' && decoded.refused.length > 0
        ? { kind: 'never', reason: summarize(decoded.refused) }
        : fate;
    }
  }
}

/** Ends the retries of a message that the queue is about to drop. */
function withinLife(record: QueueRecord, fate: Fate, { clock }: BatchSurroundings): Fate {
  const age = clock.now() - Number(record.attributes.SentTimestamp ?? clock.now());
  return fate.kind === 'again' && age > longestLifeMs
    ? { kind: 'never', reason: `it failed for 13 days, at last: ${fate.reason}` }
    : fate;
}

/** A failure that may pass brings the message again, and the others of its group with it; one that cannot ends it. */
function fateOfOutcomes(outcomes: readonly Outcome[]): Fate {
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const passing = failed.find((outcome) => outcome.retryable);
  if (passing !== undefined) {
    return { kind: 'again', reason: passing.reason };
  }
  return failed.length === 0
    ? { kind: 'done' }
    : { kind: 'never', reason: failed.map((outcome) => outcome.reason).join('; ') };
}

async function reconcile(
  task: ReconcileTask,
  { replicator, logger, route, destination }: BatchSurroundings,
  signal: AbortSignal,
): Promise<Fate> {
  const { cluster } = task;
  if (task.route !== route || task.destination !== destination) {
    return {
      kind: 'never',
      reason: `the task is for ${task.route} → ${task.destination}, and this function is for ${route} → ${destination}`,
    };
  }
  const tally = new Tally();
  const failures: Outcome[] = [];
  try {
    await replicator.reconcile(
      `${cluster}/`,
      (outcome) => {
        tally.add(outcome);
        if (outcome.kind === 'failed') {
          failures.push(outcome);
        }
      },
      signal,
    );
  } catch (error) {
    if (!isVfsError(error)) {
      throw error;
    }
    const again = error.retryable || error.code === 'Aborted';
    return { kind: again ? 'again' : 'never', reason: error.message };
  }
  logger.log('info', 'reconciled', { cluster, outcomes: { ...tally.toJSON() }, bytes: tally.bytesWritten });
  logOutcomes(logger, failures);
  return fateOfOutcomes(failures);
}

/** Acts on a fate. True when the message is finished with. */
async function settle(
  record: QueueRecord,
  fate: Fate,
  { deadLetter, putOff, logger }: BatchSurroundings,
): Promise<boolean> {
  const { messageId } = record;
  try {
    if (fate.kind === 'never') {
      logger.log('error', 'message sent to the dead-letter queue', { messageId, reason: fate.reason });
      await deadLetter(record, fate.reason);
      return true;
    }
    if (fate.kind === 'again') {
      logger.log('warn', 'message put off', { messageId, reason: fate.reason });
      await putOff(record);
      return false;
    }
    return true;
  } catch (error) {
    // Where the queue itself cannot be reached, the message stays and comes again when its visibility timeout ends.
    logger.log('error', 'queue not reached', { messageId, reason: error instanceof Error ? error.name : 'unknown' });
    return false;
  }
}

const telling: ReadonlySet<Outcome['kind']> = new Set(['braked', 'held', 'failed', 'retained']);

function logOutcomes(logger: Logger, outcomes: readonly Outcome[]): void {
  const tally = new Tally();
  for (const outcome of outcomes) {
    tally.add(outcome);
    if (telling.has(outcome.kind)) {
      const level = outcome.kind === 'retained' ? 'info' : 'error';
      logger.log(level, outcome.kind, { key: outcome.key, reason: 'reason' in outcome ? outcome.reason : undefined });
    }
  }
  if (outcomes.length > 0) {
    logger.log('info', 'converged', { outcomes: { ...tally.toJSON() }, bytes: tally.bytesWritten });
  }
}

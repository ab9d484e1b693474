import type { Clock } from '../../lib/flow/clock.ts';
import type { FailureCode, Outcome } from '../../lib/replication/outcome.ts';
import { isVfsError } from '../../lib/vfs/errors.ts';
import type { QueueRecord } from './queue-events.ts';

/** What becomes of one message: it is finished with, comes again, or goes to the dead-letter queue. */
export type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string };

/**
 * How old a message may get, in milliseconds. The queue keeps it for 14 days and then drops it without a word, so a day before that it goes to the
 * dead-letter queue instead.
 */
export const longestLifeMs = 13 * 24 * 60 * 60 * 1000;

/** What no time and no operator at either store mends: a key or an object that the destination cannot hold, or that must never go there. */
const hopelessCodes: ReadonlySet<FailureCode> = new Set(['InvalidArgument', 'TooLarge', 'Unsupported', 'Loop']);

/**
 * Whether a message that failed with this code may succeed when it comes again, hours or days later.
 *
 * Wider than a store's `retryable`, which is about the next seconds: a permission, a bucket or a credential that is missing today is often
 * there tomorrow, and an error that nobody knows may be anything.
 */
export function mayPassLater(code: FailureCode): boolean {
  return !hopelessCodes.has(code);
}

/** A failure that may pass brings the message again, and the others of its group with it; one that cannot ends it. */
export function fateOfOutcomes(outcomes: readonly Outcome[]): Fate {
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const passing = failed.find(({ code }) => mayPassLater(code));
  if (passing !== undefined) {
    return { kind: 'again', reason: passing.reason };
  }
  return failed.length === 0
    ? { kind: 'done' }
    : { kind: 'never', reason: failed.map(({ reason }) => reason).join('; ') };
}

/** The fate of a message whose work was thrown out of. Of an error that is no store's only the name is told: its text may quote content. */
export function fateOfError(error: unknown): Exclude<Fate, { readonly kind: 'done' }> {
  if (isVfsError(error)) {
    return { kind: mayPassLater(error.code) ? 'again' : 'never', reason: error.message };
  }
  return { kind: 'again', reason: `the work crashed: ${error instanceof Error ? error.name : typeof error}` };
}

/** Ends the retries of a message that the queue is about to drop. */
export function withinLife({ attributes }: QueueRecord, fate: Fate, clock: Pick<Clock, 'now'>): Fate {
  const age = clock.now() - Number(attributes.SentTimestamp ?? clock.now());
  return fate.kind === 'again' && age > longestLifeMs
    ? { kind: 'never', reason: `it failed for 13 days, at last: ${fate.reason}` }
    : fate;
}

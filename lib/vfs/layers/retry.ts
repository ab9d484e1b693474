import { type BackoffOptions, backoffDelay } from '../../flow/backoff.ts';
import type { Clock } from '../../flow/clock.ts';
import type { Layer } from '../driver.ts';
import { isVfsError, VfsError } from '../errors.ts';
import { aroundCalls, type DriverCall } from './around.ts';

export interface RetryOptions extends BackoffOptions {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  readonly clock: Clock;
}

/**
 * Repeats calls that failed in a way that may pass.
 *
 * A conditional mutation of which the answer was lost is not repeated: it may have happened, and contents (and with
 * them revisions) come back, so a second attempt could undo what came after the first. It rejects with
 * `PreconditionFailed` and `attempted: true`, and the caller looks at what is stored.
 */
export function retry(options: RetryOptions): Layer {
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await run(call.signal);
        } catch (error) {
          refuseRepetition(call, error);
          if (!mayPass(error) || attempt >= options.attempts || call.signal.aborted) {
            throw error;
          }
          await options.clock.sleep(backoffDelay(attempt, options, error.retryAfterMs), call.signal);
        }
      }
    });
}

function mayPass(error: unknown): error is VfsError {
  return isVfsError(error) && error.retryable;
}

function refuseRepetition(call: DriverCall, error: unknown): void {
  if (call.conditional && mayPass(error) && error.maybeApplied) {
    throw new VfsError({
      code: 'PreconditionFailed',
      operation: error.operation,
      target: error.target,
      reason: `the answer was lost (${error.reason}), so the ${call.operation} may or may not have happened`,
      attempted: true,
      cause: error,
    });
  }
}

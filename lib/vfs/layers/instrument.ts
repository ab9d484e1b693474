import type { Clock } from '../../flow/clock.ts';
import type { Layer } from '../driver.ts';
import { isVfsError } from '../errors.ts';
import { aroundCalls } from './around.ts';

/** One finished attempt of one call. */
export interface CallReport {
  readonly operation: string;
  /** The store, without the key. */
  readonly url: string;
  readonly key: string;
  /** Milliseconds until the answer; for a read, until the body was open. */
  readonly ms: number;
  /** `ok`, or the error's code. */
  readonly result: string;
}

/** Reports every attempt of every call. Put it innermost, so that it counts requests and not intentions. */
export function instrument(report: (call: CallReport) => void, clock: Clock): Layer {
  return (inner) =>
    aroundCalls(inner, async ({ operation, url, key, signal }, run) => {
      const start = clock.now();
      const done = (result: string) => report({ operation, url, key, ms: clock.now() - start, result });
      try {
        const answer = await run(signal);
        done('ok');
        return answer;
      } catch (error) {
        done(isVfsError(error) ? error.code : 'Unknown');
        throw error;
      }
    });
}

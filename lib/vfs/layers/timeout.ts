import { setMaxListeners } from 'node:events';
import type { Layer } from '../driver.ts';
import { VfsError } from '../errors.ts';
import type { ObjectBody } from '../types.ts';
import { aroundCalls } from './around.ts';

/**
 * Gives every call so many milliseconds, then aborts it and rejects with `DeadlineExceeded`.
 *
 * A read is over when its body is open; the body then lives as long as the caller's own signal lets it.
 */
export function timeout(ms: number): Layer {
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      const { controller, release } = follow(call.signal);
      let expired = false;
      const timer = setTimeout(() => {
        expired = true;
        controller.abort();
      }, ms);
      try {
        return followedUntilItsEnd(await run(controller.signal), release);
      } catch (error) {
        release();
        if (expired && !call.signal.aborted) {
          const target = `${call.url}/${call.key}`;
          const reason = `no answer within ${ms} ms`;
          throw new VfsError({ code: 'DeadlineExceeded', operation: call.operation, target, reason, cause: error });
        }
        throw error;
      } finally {
        clearTimeout(timer);
      }
    });
}

/**
 * A controller that is aborted with a signal, until it is released.
 *
 * `AbortSignal.any` does that too, but on Node 20 each signal that it makes is kept for as long as the one it follows: more than a kilobyte a call.
 */
function follow(signal: AbortSignal): { readonly controller: AbortController; readonly release: () => void } {
  const controller = new AbortController();
  const fire = () => controller.abort(signal.reason);
  if (signal.aborted) {
    fire();
  }
  setMaxListeners(0, signal); // One listener for each call under way is no leak.
  signal.addEventListener('abort', fire, { once: true });
  return { controller, release: () => signal.removeEventListener('abort', fire) };
}

/** An answer with a body releases the signal when the body ends or is let go; any other at once. */
function followedUntilItsEnd<T>(answer: T, release: () => void): T {
  if (typeof answer !== 'object' || answer === null || !('body' in answer)) {
    release();
    return answer;
  }
  const inner = answer.body as ObjectBody;
  async function* pass() {
    try {
      yield* inner;
    } finally {
      release();
    }
  }
  const cancel = async () => {
    release();
    await inner.cancel();
  };
  return { ...answer, body: { [Symbol.asyncIterator]: pass, cancel } };
}

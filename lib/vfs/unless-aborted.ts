import { setMaxListeners } from 'node:events';

/** Waits for an answer that others may wait for too: a signal that fires gives up the waiting, and not the question. */
export function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    setMaxListeners(0, signal); // One listener for each that waits is no leak.
    signal.addEventListener('abort', giveUp, { once: true });
    const done = () => signal.removeEventListener('abort', giveUp);
    answer.finally(done).then(resolve, reject);
  });
}

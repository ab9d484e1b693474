import type { Delivery } from './message-store.ts';
import type { Queue, ReceiveOptions } from './queue.ts';

/**
 * Receives what there is, or waits for the first message for up to so many seconds of real time. An abort ends the
 * wait with nothing received.
 */
export function receiveWithin(
  queue: Queue,
  options: ReceiveOptions,
  seconds: number,
  now: () => number,
  signal: AbortSignal,
): Promise<readonly Delivery[]> {
  const found = queue.receive(options);
  if (found.length > 0 || seconds === 0 || signal.aborted) {
    return Promise.resolve(found);
  }
  return new Promise((resolve) => {
    let due: NodeJS.Timeout | undefined;
    const end = setTimeout(() => finish(queue.receive(options)), seconds * 1000);
    const unwatch = queue.watch(attempt);
    const abort = () => finish([]);
    signal.addEventListener('abort', abort, { once: true });
    waitForDue();

    function attempt(): void {
      const received = queue.receive(options);
      if (received.length > 0) {
        finish(received);
      } else {
        waitForDue();
      }
    }

    function waitForDue(): void {
      clearTimeout(due);
      const at = queue.nextVisibleAt();
      due = at === undefined ? undefined : setTimeout(attempt, Math.max(1, at - now()));
    }

    function finish(received: readonly Delivery[]): void {
      clearTimeout(end);
      clearTimeout(due);
      unwatch();
      signal.removeEventListener('abort', abort);
      resolve(received);
    }
  });
}

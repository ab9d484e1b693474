import type { Clock } from '../lib/flow/clock.ts';

/** Milliseconds between two looks at a queue, and without any change of it until there is no hope. */
const lookEveryMs = 15;
const longestStandstillMs = 90_000;

/** A queue that can be looked at: how many messages it has, by their state. */
export interface CountedQueue {
  counts(): object;
}

/**
 * Resolves when three looks in a row find no message in a queue. A message that was put off counts: it is delayed, not gone.
 *
 * Rejects with an error that names the counts, when they are not zero and have not changed for 90 seconds.
 */
export async function settled(queue: CountedQueue, clock: Clock): Promise<void> {
  let last = '';
  let changedAt = clock.now();
  for (let quiet = 0; quiet < 3; ) {
    await clock.sleep(lookEveryMs);
    const counts = queue.counts();
    const seen = JSON.stringify(counts);
    changedAt = seen === last ? changedAt : clock.now();
    last = seen;
    quiet = Object.values(counts).every((count) => count === 0) ? quiet + 1 : 0;
    if (quiet === 0 && clock.now() - changedAt > longestStandstillMs) {
      throw new Error(`the queue has stood still for ${longestStandstillMs / 1000} s, and is not empty: ${seen}`);
    }
  }
}

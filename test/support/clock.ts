import type { Clock } from '../../lib/flow/clock.ts';

/** A clock that moves when told. */
export interface ManualClock extends Clock {
  /** Lets time pass: sleepers whose time has come wake, in the order of their times. */
  advance(ms: number): Promise<void>;
  /** How many calls sleep now. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Makes a clock that stands still until it is advanced. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const sleeping = new Set<Sleeper>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        const done = (settle: () => void) => () => {
          sleeping.delete(sleeper);
          settle();
        };
        const sleeper: Sleeper = { at: now + ms, wake: done(resolve) };
        sleeping.add(sleeper);
        const fire = done(() => reject(signal?.reason));
        if (signal?.aborted) {
          fire();
        }
        signal?.addEventListener('abort', fire, { once: true });
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (let next = earliest(sleeping, end); next !== undefined; next = earliest(sleeping, end)) {
        now = next.at;
        next.wake();
        await settled();
      }
      now = end;
    },
    get sleepers() {
      return sleeping.size;
    },
  };
}

/** Makes a clock on which every sleep is over at once, and moves the clock. `slept` tells the milliseconds asked for. */
export function createFastClock(start = Date.UTC(2026, 0, 1)): Clock & { readonly slept: readonly number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

function earliest(sleeping: ReadonlySet<Sleeper>, end: number): Sleeper | undefined {
  return [...sleeping].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
}

/** Lets everything run that a woken sleeper set off without waiting for input. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

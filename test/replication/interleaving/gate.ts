import type { Driver } from '../../../lib/vfs/driver.ts';
import { isVfsError } from '../../../lib/vfs/errors.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';

/** A worker that stands before its next request, and goes on when it is told to. */
export interface Gate {
  /** What the worker would do next; undefined while it runs or when it is done. */
  readonly waiting: string | undefined;
  /** What it saw since the last look at the destination: with the code, this decides all that it will do. */
  readonly seen: readonly string[];
  /** Looks at the destination so far: one a round. */
  readonly rounds: number;
  /** Lets the next request happen, and resolves when the worker waits again or has ended. */
  step(): Promise<void>;
  /** Runs the worker's work up to its first request. */
  start(work: () => Promise<void>): Promise<void>;
  readonly ended: boolean;
  wrap(name: string, driver: Driver): Driver;
}

/** Makes a gate for one worker. Its drivers do one request for each step. */
export function createGate(): Gate {
  let open: (() => void) | undefined;
  let arrived: () => void = () => {};
  let ended = false;
  const state = { waiting: undefined as string | undefined, seen: [] as string[], rounds: 0 };

  const untilIdle = (go: () => void) =>
    new Promise<void>((resolve) => {
      arrived = resolve;
      go();
    });

  return {
    get waiting() {
      return state.waiting;
    },
    get seen() {
      return state.seen;
    },
    get rounds() {
      return state.rounds;
    },
    get ended() {
      return ended;
    },
    step: () => untilIdle(() => open?.()),
    start: (work) =>
      untilIdle(() => {
        void work().then(() => {
          ended = true;
          state.waiting = undefined;
          arrived();
        });
      }),
    wrap: (name, driver) =>
      aroundCalls(driver, async (call, run) => {
        await new Promise<void>((resolve) => {
          state.waiting = `${name} ${call.operation}`;
          open = resolve;
          arrived();
        });
        state.waiting = undefined;
        if (name === 'destination' && call.operation === 'stat') {
          state.rounds += 1;
          state.seen = [];
        }
        try {
          const answer = await run(call.signal);
          state.seen.push(`${name} ${call.operation} ${revisionIn(answer)}`);
          return answer;
        } catch (error) {
          state.seen.push(`${name} ${call.operation} ${isVfsError(error) ? error.code : 'error'}`);
          throw error;
        }
      }),
  };
}

/** The revision that an answer tells of, marked so that the explorer can rename it. */
function revisionIn(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) {
    return 'nothing';
  }
  const described = 'stat' in answer ? answer.stat : answer;
  return `«${(described as { revision?: string }).revision ?? 'nothing'}»`;
}

import type { Driver } from '../../../lib/vfs/driver.ts';
import { isVfsError, VfsError } from '../../../lib/vfs/errors.ts';
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
  /** Takes the answer to the next request away: the worker fails with it, and the request, which is returned, is still under way. */
  lose(): Promise<Arrival>;
  /** Runs the worker's work up to its first request. */
  start(work: () => Promise<void>): Promise<void>;
  readonly ended: boolean;
  /** The driver, one request for each step; those on other keys than `key` happen at once, where one is given. */
  wrap(name: string, driver: Driver, key?: string): Driver;
}

/** A request that is under way without anybody waiting for it. */
export type Arrival = () => Promise<unknown>;

/** Makes a gate for one worker. Its drivers do one request for each step. */
export function createGate(): Gate {
  let open: (fate: 'happen' | 'be lost') => void = () => {};
  let arrived: () => void = () => {};
  let ended = false;
  let lost: Arrival = async () => {};
  const state = { waiting: undefined as string | undefined, seen: [] as string[], rounds: 0 };

  const untilIdle = (go: () => void) =>
    new Promise<void>((resolve) => {
      arrived = resolve;
      go();
    });
  const turn = (request: string) =>
    new Promise<'happen' | 'be lost'>((resolve) => {
      state.waiting = request;
      open = resolve;
      arrived();
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
    step: () => untilIdle(() => open('happen')),
    lose: async () => {
      await untilIdle(() => open('be lost'));
      return lost;
    },
    start: (work) =>
      untilIdle(() => {
        void work().then(() => {
          ended = true;
          state.waiting = undefined;
          arrived();
        });
      }),
    wrap: (name, driver, key) =>
      aroundCalls(driver, async (call, run) => {
        if (key !== undefined && call.key !== key) {
          return run(call.signal);
        }
        const fate = await turn(`${name} ${call.operation}`);
        state.waiting = undefined;
        if (fate === 'be lost') {
          lost = () => run(call.signal);
          const [operation, target] = [call.operation, call.key];
          throw new VfsError({ code: 'Unavailable', operation, target, reason: 'the answer was lost' });
        }
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

import { expect } from '@jest/globals';
import { bytesSource, textSource } from '../../lib/vfs/body.ts';
import { isRefusedCondition, isVfsError } from '../../lib/vfs/errors.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { patternBytes, textOf } from '../support/sources.ts';
import type { Place, Trial } from './trial.ts';

/** Several workers at one key. */
export function concurrencyTests(trial: Trial): void {
  const { writeIfAbsent, writeIfMatch, deleteIfMatch, stronglyConsistent } = trial.capabilities;
  if (writeIfMatch && stronglyConsistent) {
    trial.test('five workers that each count up ten times by compare-and-swap lose no count', async (place) => {
      await place.put('counter', '0');
      const workers = Array.from({ length: 5 }, (_, worker) => countUp(place, worker % 2 ? place.second : place.store));
      await Promise.all(workers);
      expect(await place.text('counter')).toBe('50');
    });
  }
  if (writeIfAbsent) {
    trial.test('of many that make one key, one succeeds', async (place) => {
      const outcomes = await race(place, 8, (store, worker) =>
        store.write(place.key('k'), textSource(`${worker}`), { precondition: { kind: 'if-absent' } }),
      );
      const winners = outcomes.flatMap((outcome, worker) => (outcome === 'done' ? [`${worker}`] : []));
      expect(winners).toEqual([await place.text('k')]);
    });
  }
  if (deleteIfMatch) {
    trial.test('of many that delete one revision, one succeeds', async (place) => {
      const { revision } = await place.put('k', 'text');
      const outcomes = await race(place, 6, (store) =>
        store.delete(place.key('k'), { precondition: { kind: 'if-match', revision } }),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(await place.names()).toEqual([]);
    });
  }
  if (writeIfMatch && deleteIfMatch) {
    trial.test('of a write and a delete of one revision, one succeeds', async (place) => {
      const { revision } = await place.put('k', 'text');
      const precondition = { kind: 'if-match', revision } as const;
      const outcomes = await race(
        place,
        2,
        (store, worker): Promise<unknown> =>
          worker === 0
            ? store.write(place.key('k'), textSource('new'), { precondition })
            : store.delete(place.key('k'), { precondition }),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(await place.textOrNone('k')).toBe(outcomes[0] === 'done' ? 'new' : undefined);
    });
  }

  trial.test('of many that write one key, one is seen, and whole', async (place) => {
    const sources = Array.from({ length: 6 }, (_, worker) => patternBytes(20_000 + worker, worker + 1));
    await race(place, 6, (store, worker) => store.write(place.key('k'), bytesSource(sources[worker] ?? Buffer.of())));
    const seen = Buffer.from(await place.bytes('k'));
    expect(sources.some((source) => seen.equals(source))).toBe(true);
  });

  trial.test('writers of many keys do not hinder each other', async (place) => {
    await race(place, 12, (store, worker) => store.write(place.key(`dir/${worker % 4}/${worker}`), textSource('x')));
    expect(await place.names()).toHaveLength(12);
  });
}

async function countUp(place: Place, store: Store): Promise<void> {
  const key = place.key('counter');
  for (let done = 0; done < 10; ) {
    const { stat, body } = await store.read(key);
    const next = Number(await textOf(body)) + 1;
    try {
      await store.write(key, textSource(`${next}`), { precondition: { kind: 'if-match', revision: stat.revision } });
      done += 1;
    } catch (error) {
      if (!isRefusedCondition(error)) {
        throw error;
      }
    }
  }
}

/**
 * Runs calls at the same time over both drivers; tells which were done and which were refused by their condition. A store may turn one of them away for the
 * sake of another (S3's 409, Swift's 202): that one is sent again.
 */
function race(
  place: Place,
  workers: number,
  call: (store: Store, worker: number) => Promise<unknown>,
): Promise<readonly ('done' | 'refused')[]> {
  return Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const store = worker % 2 ? place.second : place.store;
      try {
        await untilTaken(() => call(store, worker));
        return 'done' as const;
      } catch (error) {
        if (isVfsError(error, 'PreconditionFailed', 'AlreadyExists')) {
          return 'refused' as const;
        }
        throw error;
      }
    }),
  );
}

/** Sends a call again as long as the store says that it did nothing for it now, and may later; five times in all. */
async function untilTaken(call: () => Promise<unknown>, attempts = 5): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (attempts > 1 && isVfsError(error, 'Unavailable')) {
      return untilTaken(call, attempts - 1);
    }
    throw error;
  }
}

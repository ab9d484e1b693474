import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { mapInOrder } from '../../lib/verification/in-order.ts';

async function* numbers(count: number, taken: (n: number) => void = () => {}): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) {
    taken(n);
    yield n;
  }
}

describe('mapInOrder', () => {
  it('yields in the order of the items, though later ones are done first', async () => {
    const done: number[] = [];
    const results = mapInOrder(numbers(5), 5, async (n) => {
      await setTimeout(5 - n);
      done.push(n);
      return n * 10;
    });
    const seen: number[] = [];
    for await (const result of results) {
      seen.push(result);
    }
    expect(done).not.toEqual([0, 1, 2, 3, 4]);
    expect(seen).toEqual([0, 10, 20, 30, 40]);
  });

  it('takes no more items than the limit before the first result is wanted again', async () => {
    let taken = 0;
    const results = mapInOrder(
      numbers(100, () => {
        taken += 1;
      }),
      3,
      async (n) => n,
    );
    await results.next();
    expect(taken).toBe(3);
    await results.return(undefined);
    expect(taken).toBe(3);
  });

  it('throws a failure when its turn comes, and leaves none unhandled', async () => {
    const results = mapInOrder(numbers(4), 4, async (n) => {
      if (n >= 1) {
        throw new Error(`failed ${n}`);
      }
      return n;
    });
    expect(await results.next()).toEqual({ done: false, value: 0 });
    await expect(results.next()).rejects.toThrow('failed 1');
  });
});

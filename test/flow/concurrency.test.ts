import { describe, expect, it } from '@jest/globals';
import { forEachConcurrently, mapConcurrently, settleAll } from '../../lib/flow/concurrency.ts';

/** A promise that the test settles. */
function gate() {
  let open = () => {};
  let fail = (_: Error) => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/** Whether a promise has settled once everything has run that needs no input. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const mark = () => {
    done = true;
  };
  promise.then(mark, mark);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return done;
}

describe('settleAll', () => {
  it('gives the results in their order, each with its type', async () => {
    const [text, count, plain]: [string, number, boolean] = await settleAll([
      Promise.resolve('x'),
      Promise.resolve(1),
      true,
    ]);
    expect([text, count, plain]).toEqual(['x', 1, true]);
    const numbers: number[] = await settleAll([1, 2].map(async (n) => n * 2));
    expect(numbers).toEqual([2, 4]);
  });

  it('rejects with the first rejection, and not before the rest has settled', async () => {
    const slow = gate();
    const all = settleAll([slow.promise, Promise.reject(new Error('first'))]);
    expect(await settled(all)).toBe(false);
    slow.fail(new Error('second'));
    await expect(all).rejects.toThrow('first');
  });
});

describe('forEachConcurrently', () => {
  it('ends the work under way before it tells that the iterable failed', async () => {
    const work = gate();
    async function* pages() {
      yield 1;
      throw new Error('page 2');
    }
    const all = forEachConcurrently(pages(), 4, () => work.promise);
    expect(await settled(all)).toBe(false);
    work.open();
    await expect(all).rejects.toThrow('page 2');
  });

  it('tells the failure that came first', async () => {
    async function* pages() {
      yield 1;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      throw new Error('page 2');
    }
    const failing = async () => {
      throw new Error('item 1');
    };
    await expect(forEachConcurrently(pages(), 4, failing)).rejects.toThrow('item 1');
  });

  it('takes no items after a failure, and runs no more than its limit', async () => {
    const taken: number[] = [];
    let running = 0;
    const work = async (item: number) => {
      taken.push(item);
      running += 1;
      expect(running).toBeLessThanOrEqual(2);
      await Promise.resolve();
      running -= 1;
      if (item === 3) {
        throw new Error('item 3');
      }
    };
    await expect(forEachConcurrently([1, 2, 3, 4, 5, 6, 7, 8], 2, work)).rejects.toThrow('item 3');
    expect(taken).not.toContain(6);
  });
});

describe('mapConcurrently', () => {
  it('gives the results in the order of the items', async () => {
    const slowFirst = async (turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) {
        await Promise.resolve();
      }
      return turns;
    };
    expect(await mapConcurrently([9, 5, 1], 3, slowFirst)).toEqual([9, 5, 1]);
  });
});

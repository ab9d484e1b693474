import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Limiter } from '../../lib/flow/limiter.ts';

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) {
    await Promise.resolve();
  }
};

const works = fc.array(
  fc.record({
    weight: fc.integer({ min: 0, max: 15 }),
    turns: fc.integer({ min: 0, max: 8 }),
    fails: fc.boolean(),
    delay: fc.integer({ min: 0, max: 8 }),
  }),
  { maxLength: 20 },
);

describe('Limiter', () => {
  it('never holds more than its capacity, begins in the order of asking, and gives everything back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), works, async (capacity, all) => {
        const limiter = new Limiter(capacity);
        const running = new Map<number, number>();
        const asked: number[] = [];
        const begun: number[] = [];
        const one = async (index: number, { weight, turns: count, fails, delay }: (typeof all)[number]) => {
          await turns(delay);
          asked.push(index);
          return limiter.run(weight, async () => {
            begun.push(index);
            running.set(index, weight);
            const held = [...running.values()].reduce((sum, some) => sum + some, 0);
            const heavy = [...running.values()].filter((some) => some > 0);
            expect(held <= capacity || heavy.length === 1).toBe(true);
            await turns(count);
            running.delete(index);
            if (fails) {
              throw new Error('failed');
            }
            return index;
          });
        };
        const ends = await Promise.allSettled(all.map((work, index) => one(index, work)));
        expect(ends.map(({ status }) => status)).toEqual(all.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')));
        expect(begun).toEqual(asked);
        expect(await limiter.run(capacity, async () => 'all is free')).toBe('all is free');
      }),
    );
  });

  it('runs as much at a time as there is room for', async () => {
    const limiter = new Limiter(10);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun: string[] = [];
    const work = (name: string, weight: number) =>
      limiter.run(weight, async () => {
        begun.push(name);
        await held;
      });
    const all = [work('a', 4), work('b', 6), work('too heavy', 50), work('light', 1)];
    await turns(20);
    expect(begun).toEqual(['a', 'b']);
    release();
    await Promise.all(all);
    expect(begun).toEqual(['a', 'b', 'too heavy', 'light']);
  });

  it('tells whether work would run at once', async () => {
    const limiter = new Limiter(10);
    expect([limiter.hasRoom(10), limiter.hasRoom(50)]).toEqual([true, true]);
    let waiting: Promise<void> | undefined;
    await limiter.run(4, async () => {
      expect([limiter.hasRoom(6), limiter.hasRoom(7), limiter.hasRoom(50)]).toEqual([true, false, false]);
      waiting = limiter.run(50, async () => {});
      expect(limiter.hasRoom(1)).toBe(false);
    });
    await waiting;
    expect(limiter.hasRoom(10)).toBe(true);
  });

  it('gives the room back when the work throws before it waits', async () => {
    const limiter = new Limiter(1);
    const thrower = () => {
      throw new Error('at once');
    };
    await expect(limiter.run(1, thrower)).rejects.toThrow('at once');
    expect(await limiter.run(1, async () => 'next')).toBe('next');
  });

  it.each([0, -1, Number.NaN])('refuses a capacity of %s', (capacity) => {
    expect(() => new Limiter(capacity)).toThrow(`the capacity of a limiter is ${capacity}`);
  });
});

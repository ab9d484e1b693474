import { describe, expect, it } from '@jest/globals';
import { leaseKey } from '../../lib/control/lease-record.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { arrange, changeable, faulty, second, signal, subject } from './workers.ts';

describe('the time that a request takes', () => {
  const slow = (operation: string, nth: number, pass: () => Promise<void>): Layer => {
    let seen = 0;
    return (inner) =>
      aroundCalls(inner, async (call, run) => {
        seen += call.operation === operation ? 1 : 0;
        const answer = await run(call.signal);
        await (call.operation === operation && seen === nth ? pass() : undefined);
        return answer;
      });
  };

  it('is time of the lease, also of the first request', async () => {
    const arranged: ReturnType<typeof arrange> = arrange({
      layers: [slow('write', 1, () => arranged.ownClock.advance(95 * second))],
    });
    const lease = await arranged.first.acquire(subject, signal);
    expect(changeable(lease)).toBe(false);
  });

  it('is time of the lease, also of a renewal', async () => {
    let goOn = () => {};
    const arranged: ReturnType<typeof arrange> = arrange({
      layers: [
        slow(
          'write',
          2,
          () =>
            new Promise((resolve) => {
              goOn = resolve;
            }),
        ),
      ],
    });
    const lease = await arranged.first.acquire(subject, signal);
    await arranged.ownClock.advance(40 * second); // The renewal is on its way from here on.
    await arranged.ownClock.advance(95 * second);
    goOn();
    await new Promise((resolve) => setImmediate(resolve));
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, false]);
  });
});

describe('a request that arrives when nobody waits for it any more', () => {
  /** Loses the first request of `nth` to `key`, and hands it out. */
  const late = (nth: number, ...others: readonly number[]) => {
    const arrivals: (() => Promise<unknown>)[] = [];
    let seen = 0;
    const layer: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        if (call.operation !== 'write' || call.key !== leaseKey(subject)) {
          return run(call.signal);
        }
        seen += 1;
        if (seen === nth || others.includes(seen)) {
          arrivals.push(() => run(signal));
          throw new VfsError({ code: 'Unavailable', operation: 'write', target: call.key, reason: 'lost' });
        }
        return run(call.signal);
      });
    return { layer, arrive: () => arrivals.shift()?.() };
  };

  it('is no renewal of a time that it does not know', async () => {
    const { layer, arrive } = late(2, 4, 5, 6);
    const { first, pass } = arrange({ layers: [layer] });
    const lease = await first.acquire(subject, signal);
    await pass(41 * second);
    await arrive();
    await pass(60 * second); // The next renewal finds it there.
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, false]);
  });

  it('is no takeover, when it finds the lease free', async () => {
    const { layer, arrive } = late(1);
    let between = async () => {};
    const meddling: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        await (call.operation === 'write' && call.key === leaseKey(subject) ? between() : undefined);
        return run(call.signal);
      });
    const { first, other, storeClock } = arrange({ layers: [layer, meddling] });
    const lease = await other.acquire(subject, signal);
    await storeClock.advance(130 * second);
    let requests = 0;
    between = async () => {
      requests += 1;
      if (requests === 2) {
        await lease.end();
        await arrive();
        await storeClock.advance(100 * second);
      }
    };
    await expect(first.acquire(subject, signal)).rejects.toThrow('is held by "first"');
  });
});

describe('a lost answer', () => {
  it.each([
    ['at once', []],
    [
      'by the layer that retries',
      [retry({ attempts: 4, baseMs: 1, maxMs: 1, random: () => 0, clock: createFastClock() })],
    ],
  ])('to the request for a lease is settled by its nonce, told %s', async (_, above) => {
    const { first, store } = arrange({
      layers: [faulty({ operation: 'write', nth: 1, fault: { kind: 'lost-answer' } }), ...above],
    });
    await (await first.acquire(subject, signal)).end();
    expect(await contentsOf(store)).toEqual({});
  });

  it('to a request that never arrived is no lease', async () => {
    const { first } = arrange({ layers: [faulty({ operation: 'write', fault: { kind: 'never-called' } })] });
    await expect(first.acquire(subject, signal)).rejects.toThrow('is held by another worker, which is letting it go');
  });

  it('to a takeover is settled by its nonce', async () => {
    const { first, other, storeClock } = arrange({
      layers: [faulty({ operation: 'write', key: leaseKey(subject), nth: 2, fault: { kind: 'lost-answer' } })],
    });
    await other.acquire(subject, signal);
    await storeClock.advance(130 * second);
    await (await first.acquire(subject, signal)).end();
  });

  it.each([['lost-answer'], ['never-called']] as const)('to a renewal (%s) ends nothing that goes on', async (kind) => {
    const { first, pass, store } = arrange({ layers: [faulty({ operation: 'write', nth: 2, fault: { kind } })] });
    const lease = await first.acquire(subject, signal);
    await pass(100 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([true, false]);
    await lease.end();
    expect(await contentsOf(store)).toEqual({});
  });

  it('to a renewal is not believed to have renewed what it did not', async () => {
    const rules = [2, 3, 4].map((nth) => ({ operation: 'write', nth, fault: { kind: 'never-called' } }) as const);
    const { first, pass } = arrange({ layers: [faulty(...rules)] });
    const lease = await first.acquire(subject, signal);
    await pass(121 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, true]);
  });

  it('to giving it back is nobody’s trouble: it runs out', async () => {
    const { first, other, storeClock } = arrange({
      layers: [faulty({ operation: 'delete', fault: { kind: 'never-called' } })],
    });
    await (await first.acquire(subject, signal)).end();
    await expect(other.acquire(subject, signal)).rejects.toThrow('is held by');
    await storeClock.advance(130 * second);
    await other.acquire(subject, signal);
  });
});

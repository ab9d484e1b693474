import { describe, expect, it } from '@jest/globals';
import { isLeaseHeld } from '../../lib/control/lease-held-error.ts';
import { leaseKey } from '../../lib/control/lease-record.ts';
import { textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { arrange, changeable, faulty, second, signal, subject } from './workers.ts';

describe.each(['content', 'unique'] as const)('a lease, in a store of %s revisions', (revisions) => {
  it('costs one request to take and one to give back, and leaves nothing behind', async () => {
    const { first, requests, store } = arrange({ revisions });
    const lease = await first.acquire(subject, signal);
    expect(requests.lines).toEqual([`write ${leaseKey(subject)}`]);
    await lease.end();
    expect(requests.lines.slice(1)).toEqual([`delete ${leaseKey(subject)}`]);
    expect(await contentsOf(store)).toEqual({});
  });

  it('is given to nobody else while it is held, who learns by whom', async () => {
    const { first, other, requests } = arrange({ revisions });
    const lease = await other.acquire(subject, signal);
    const refused = await first.acquire(subject, signal).catch((error: unknown) => error);
    expect(isLeaseHeld(refused)).toBe(true);
    expect(refused).toMatchObject({ message: `the lease of ${subject} is held by "second"` });
    expect(requests.lines).toEqual([
      `write ${leaseKey(subject)}`,
      `read ${leaseKey(subject)}`,
      'write clock.json',
      'stat clock.json',
    ]);
    await lease.end();
    await (await first.acquire(subject, signal)).end();
  });

  it('concerns its own subject only', async () => {
    const { first, other } = arrange({ revisions });
    const leases = [await first.acquire(subject, signal), await other.acquire(`${subject}2`, signal)];
    await Promise.all(leases.map((lease) => lease.end()));
  });

  it('of a holder that is no more is taken over when it has run out, and not a moment before', async () => {
    const { first, other, storeClock, requests } = arrange({ revisions });
    await other.acquire(subject, signal); // Its clock stands still: it never renews.
    await storeClock.advance(125 * second);
    await expect(first.acquire(subject, signal)).rejects.toThrow('is held by "second"');
    await storeClock.advance(1);
    requests.reset();
    const lease = await first.acquire(subject, signal);
    expect(requests.total).toBe(5);
    expect(changeable(lease)).toBe(true);
    await lease.end();
  });

  it('that was taken over is not given back by the one who had it', async () => {
    const { first, other, storeClock, store } = arrange({ revisions });
    const late = await first.acquire(subject, signal);
    await storeClock.advance(130 * second);
    const lease = await other.acquire(subject, signal);
    await late.end();
    expect(Object.keys(await contentsOf(store, 'leases/'))).toEqual([leaseKey(subject)]);
    await lease.end();
    expect(await contentsOf(store, 'leases/')).toEqual({});
  });
});

describe('the time of a lease', () => {
  it('is the time of the control store: a worker whose clock is ahead takes nothing over', async () => {
    const { first, other, ownClock } = arrange();
    await other.acquire(subject, signal);
    await ownClock.advance(10_000 * second);
    await expect(first.acquire(subject, signal)).rejects.toThrow('is held by');
  });

  it('goes on as long as its holder works', async () => {
    const { first, other, pass, requests } = arrange();
    const lease = await first.acquire(subject, signal);
    await pass(39 * second);
    expect(requests.total).toBe(1); // Nothing is spent on what is over soon.
    await pass(600 * second);
    expect(lease.lost.aborted).toBe(false);
    expect(changeable(lease)).toBe(true);
    await expect(other.acquire(subject, signal)).rejects.toThrow('is held by "first"');
    await lease.end();
    expect(requests.lines.at(-1)).toBe(`delete ${leaseKey(subject)}`);
    await (await other.acquire(subject, signal)).end();
  });

  it('is over for a holder that cannot renew it: first for new changes, then for what is under way', async () => {
    const broken = faulty(
      { operation: 'write', nth: 1, fault: { kind: 'delay', ms: 0 } },
      { operation: 'write', fault: { kind: 'never-called' } },
    );
    const { first, pass } = arrange({ layers: [broken] });
    const lease = await first.acquire(subject, signal);
    await pass(89 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([true, false]);
    await pass(3 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, false]);
    await pass(30 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, true]);
    await lease.end();
  });

  it('is over for a holder that finds it in other hands', async () => {
    const { first, other, storeClock, ownClock } = arrange();
    const lease = await first.acquire(subject, signal);
    await storeClock.advance(130 * second); // The holder stood still.
    await other.acquire(subject, signal);
    await ownClock.advance(41 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([false, true]);
  });

  it('goes on for a holder that stood still, where nobody took it', async () => {
    const { first, pass, storeClock, ownClock } = arrange();
    const lease = await first.acquire(subject, signal);
    await Promise.all([storeClock.advance(130 * second), ownClock.advance(39 * second)]);
    await pass(2 * second);
    expect([changeable(lease), lease.lost.aborted]).toEqual([true, false]);
    await lease.end();
  });
});

describe('fails closed', () => {
  it.each(['Unavailable', 'PermissionDenied', 'RateLimited'] as const)(
    'where the control store says %s',
    async (code) => {
      const { first } = arrange({ layers: [faulty({ operation: '*', fault: { kind: 'error', code } })] });
      await expect(first.acquire(subject, signal)).rejects.toMatchObject({ code });
    },
  );

  it('where the record is of a later version', async () => {
    const { first, other, store } = arrange();
    await other.acquire(subject, signal);
    const [text = ''] = Object.values(await contentsOf(store));
    await store.write(leaseKey(subject), textSource(text.replace('"version":1', '"version":2')));
    await expect(first.acquire(subject, signal)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it.each(['', 'no json', '{"version":2}', '{"version":1,"subject":"s3://other"}', 'null'])(
    'where the record is %j',
    async (text) => {
      const { first, store } = arrange();
      await store.write(leaseKey(subject), textSource(text));
      await expect(first.acquire(subject, signal)).rejects.toMatchObject({
        code: 'Unavailable',
        message: expect.stringContaining(
          `memfs://control/${leaseKey(subject)}: it is no record of the lease of ${subject}`,
        ),
      });
    },
  );

  it('where nobody knows when the record was written', async () => {
    const timeless: Layer = (inner) => ({
      ...inner,
      capabilities: inner.capabilities,
      stat: async (...args) => ({ ...(await inner.stat(...args)), modifiedAt: undefined }),
      write: (...args) => inner.write(...args),
      read: (...args) => inner.read(...args),
    });
    const { first, other, storeClock } = arrange({ layers: [timeless] });
    await other.acquire(subject, signal);
    await storeClock.advance(10_000 * second);
    await expect(first.acquire(subject, signal)).rejects.toThrow('is held by');
  });

  it('where the record would be written wrong, and writes none', async () => {
    const { first, store } = arrange({
      layers: [faulty({ operation: 'write', fault: { kind: 'flipped-byte', at: 5 } })],
    });
    await expect(first.acquire(subject, signal)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(await contentsOf(store)).toEqual({});
  });

  it('after a change that was left unanswered: the lease stays until it runs out, and no change follows', async () => {
    const { first, other, storeClock } = arrange();
    const lease = await first.acquire(subject, signal);
    lease.leave();
    expect(changeable(lease)).toBe(false);
    await lease.end();
    await expect(other.acquire(subject, signal)).rejects.toThrow('is held by "first"');
    await storeClock.advance(130 * second);
    await other.acquire(subject, signal);
  });
});

import { describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { compose, type Driver } from '../../../lib/vfs/driver.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { createFastClock } from '../../support/clock.ts';
import { type Fault, faultsByRule } from '../../support/faults.ts';
import { countRequests } from '../../support/memory-stores.ts';
import { patternBytes, textOf, watchedSource } from '../../support/sources.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const certain: readonly VfsErrorCode[] = [
  'NotFound',
  'PermissionDenied',
  'Unauthenticated',
  'InvalidArgument',
  'Unknown',
];

/** A store with `attempts` over one that has faults; counts the attempts. */
function storeWith(
  fault: Fault,
  options: { operation?: string; nth?: number; attempts?: number; driver?: Driver } = {},
) {
  const { operation = '*', attempts = 4, driver = createMemoryDriver() } = options;
  const clock = createFastClock();
  const { layer, requests } = countRequests();
  const faults = faultsByRule([{ operation, fault, ...(options.nth && { nth: options.nth }) }]);
  const random = () => 0.5;
  const layers = [faults.layer, layer, retry({ attempts, baseMs: 100, maxMs: 1000, random, clock })];
  return { store: new Store(compose(driver, ...layers)), driver, requests, clock };
}

describe('retry', () => {
  it.each<VfsErrorCode>(['RateLimited', 'Unavailable', 'DeadlineExceeded', 'ChecksumMismatch'])(
    'repeats a call that failed with %s, as often as it may and no more',
    async (code) => {
      const { store, requests } = storeWith({ kind: 'error', code });
      await expect(store.stat('k')).rejects.toMatchObject({ code });
      expect(requests.total).toBe(4);
    },
  );

  it.each(certain)('does not repeat a call that failed with %s', async (code) => {
    const { store, requests } = storeWith({ kind: 'error', code });
    await expect(store.stat('k')).rejects.toMatchObject({ code });
    expect(requests.total).toBe(1);
  });

  it('gives the answer of the attempt that succeeds', async () => {
    const { store, requests } = storeWith({ kind: 'never-called' }, { nth: 1 });
    await store.write('k', textSource('text'));
    expect(await textOf((await store.read('k')).body)).toBe('text');
    expect(requests.lines).toEqual(['write k', 'write k', 'read k']);
  });

  it('opens the source anew for each attempt', async () => {
    const bytes = patternBytes(1000);
    const watched = watchedSource(bytesSource(bytes));
    const { store, driver } = storeWith({ kind: 'torn-body', after: 500 }, { operation: 'write', nth: 1 });
    await store.write('k', watched.source);
    expect(watched.opened).toBe(2);
    expect((await new Store(driver).stat('k')).size).toBe(1000);
  });

  it('waits longer each time, and as long as the store asks', async () => {
    const { store, clock } = storeWith({ kind: 'error', code: 'Unavailable' }, { attempts: 6 });
    await expect(store.stat('k')).rejects.toThrow();
    expect(clock.slept).toEqual([50, 100, 200, 400, 500]);
    const asked = storeWith({ kind: 'error', code: 'RateLimited', retryAfterMs: 700 }, { attempts: 2 });
    await expect(asked.store.stat('k')).rejects.toThrow();
    expect(asked.clock.slept).toEqual([700]);
  });

  it('stops when the signal fires while it waits', async () => {
    const abort = new AbortController();
    const clock = { now: () => 0, sleep: async () => abort.abort() };
    const faults = faultsByRule([{ operation: '*', fault: { kind: 'never-called' } }]);
    const { layer, requests } = countRequests();
    const patient = retry({ attempts: 9, baseMs: 1, maxMs: 1, random: () => 0, clock });
    const store = new Store(compose(createMemoryDriver(), faults.layer, layer, patient));
    await expect(store.stat('k', { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    expect(requests.total).toBe(2);
  });

  describe('of a conditional change whose answer was lost', () => {
    it.each([
      ['happened', 'lost-answer', 'text'],
      ['did not happen', 'never-called', undefined],
    ] as const)('that %s: does not repeat it, and says that it was attempted', async (_, kind, text) => {
      const { store, driver, requests } = storeWith({ kind }, { nth: 1 });
      await expect(store.write('k', textSource('text'), ifAbsent)).rejects.toMatchObject({
        code: 'PreconditionFailed',
        attempted: true,
      });
      expect(requests.total).toBe(1);
      const found = await new Store(driver).find('k');
      expect(found?.size).toBe(text?.length);
    });

    it('does not repeat deletes, completions and conditional copies either', async () => {
      const { store, requests } = storeWith({ kind: 'lost-answer' });
      const attempted = { code: 'PreconditionFailed', attempted: true };
      const signal = new AbortController().signal;
      await new Store(beneath(store)).write('k', textSource('text'));
      const { revision } = await new Store(beneath(store)).stat('k');
      const precondition = { kind: 'if-match', revision } as const;
      await expect(
        store.copyFrom(new Store(beneath(store)), 'k', 'copy', { sourceIfMatch: revision, ...ifAbsent }),
      ).rejects.toMatchObject(attempted);
      await expect(store.delete('k', { precondition })).rejects.toMatchObject(attempted);
      const upload = await new Store(beneath(store)).uploads.begin('k', { signal, headers: {}, metadata: {} });
      await expect(
        store.uploads.complete(upload, [], { signal, checksums: {}, precondition: { kind: 'if-absent' } }),
      ).rejects.toMatchObject(attempted);
      expect(requests.total).toBe(3);
    });

    it('repeats it where nothing can have happened', async () => {
      const { store, requests } = storeWith({ kind: 'error', code: 'RateLimited' }, { nth: 1 });
      await store.write('k', textSource('text'), ifAbsent);
      expect(requests.total).toBe(2);
    });

    it('passes a real refusal on, without "attempted"', async () => {
      const { store } = storeWith({ kind: 'never-called' }, { operation: 'none' });
      const precondition = { kind: 'if-match', revision: 'stale' as Revision } as const;
      await expect(store.delete('k', { precondition })).rejects.toMatchObject({
        code: 'PreconditionFailed',
        attempted: false,
      });
    });
  });
});

/** The memory driver beneath the layers. */
function beneath(store: Store): Driver {
  let { driver } = store;
  while (driver.inner !== undefined) {
    driver = driver.inner;
  }
  return driver;
}

import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../lib/vfs/body.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { faultsByRule } from '../support/faults.ts';
import { countedStore } from '../support/memory-stores.ts';

/** A store of seven objects, whose requests are counted. */
async function sevenObjects() {
  const counted = countedStore(createMemoryDriver());
  for (let index = 0; index < 7; index += 1) {
    await counted.store.write(`k${index}`, textSource('x'));
  }
  counted.requests.reset();
  return counted;
}

describe('Store.list', () => {
  it('asks for the next page while the caller works through this one', async () => {
    const { store, requests } = await sevenObjects();
    const listing = store.list('', { pageSize: 3 });
    expect(requests.total).toBe(0);
    await listing.next();
    expect(requests.of('list')).toBe(2);
    const rest: string[] = [];
    for await (const { key } of listing) {
      rest.push(key);
    }
    expect(rest).toEqual(['k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
    expect(requests.of('list')).toBe(3);
  });

  it('fails where a page fails, and never ends short in silence', async () => {
    const { driver } = await sevenObjects();
    const faults = faultsByRule([{ operation: 'list', nth: 2, fault: { kind: 'error', code: 'Unavailable' } }]);
    const listing = new Store(compose(driver, faults.layer)).list('', { pageSize: 3 });
    const seen: string[] = [];
    const all = async () => {
      for await (const { key } of listing) {
        seen.push(key);
      }
    };
    await expect(all()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(seen).toEqual(['k0', 'k1', 'k2']);
  });

  it('can be left early, also when the next page fails', async () => {
    const { driver } = await sevenObjects();
    const faults = faultsByRule([{ operation: 'list', nth: 2, fault: { kind: 'error', code: 'Unavailable' } }]);
    for await (const { key } of new Store(compose(driver, faults.layer)).list('', { pageSize: 3 })) {
      expect(key).toBe('k0');
      break;
    }
    expect(faults.injected).toHaveLength(1);
  });

  it('leaves no request behind when the caller stops early', async () => {
    const { driver } = await sevenObjects();
    let asked = 0;
    let underWay = 0;
    let open = () => {};
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow = aroundCalls(driver, async (call, run) => {
      asked += 1;
      underWay += 1;
      if (asked === 2) {
        await held;
      }
      const page = await run(call.signal);
      underWay -= 1;
      return page;
    });
    const listing = new Store(slow).list('', { pageSize: 3 });
    await listing.next();
    let left = false;
    const leaving = listing.return().then(() => {
      left = true;
    });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect({ left, underWay }).toEqual({ left: false, underWay: 1 });
    open();
    await leaving;
    expect(underWay).toBe(0);
  });
});

describe('Store', () => {
  it('reads absence from NotFound only', async () => {
    for (const code of ['PermissionDenied', 'Unavailable', 'Unknown'] as const) {
      const faults = faultsByRule([{ operation: 'stat', fault: { kind: 'error', code } }]);
      await expect(new Store(compose(createMemoryDriver(), faults.layer)).find('k')).rejects.toMatchObject({ code });
    }
  });

  it('passes a refused condition on, also when the signal has fired meanwhile', async () => {
    const abort = new AbortController();
    const refusal = new VfsError({ code: 'AlreadyExists', operation: 'write', target: 'k', reason: 'taken' });
    const write = async () => {
      abort.abort();
      throw refusal;
    };
    const store = new Store(Object.assign(createMemoryDriver(), { write }));
    const precondition = { kind: 'if-absent' } as const;
    await expect(store.write('k', textSource('x'), { signal: abort.signal, precondition })).rejects.toBe(refusal);
  });

  it('says so when a driver answers "unchanged" to a read that did not ask', async () => {
    const store = new Store(Object.assign(createMemoryDriver(), { read: async () => undefined }));
    await expect(store.read('k')).rejects.toMatchObject({ code: 'Unknown' });
  });

  it('refuses an object that is too large for one write before it opens the source', async () => {
    const store = new Store(createMemoryDriver({ capabilities: { maxWriteSize: 3 } }));
    const open = () => Promise.reject(new Error('opened'));
    await expect(store.write('k', { size: 4, checksums: {}, open })).rejects.toMatchObject({ code: 'TooLarge' });
  });

  it('releases the clients of its driver', async () => {
    let closed = 0;
    const close = async () => {
      closed += 1;
    };
    await new Store(Object.assign(createMemoryDriver(), { close })).close();
    await new Store(createMemoryDriver()).close();
    expect(closed).toBe(1);
  });
});

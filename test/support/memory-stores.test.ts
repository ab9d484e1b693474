import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../lib/vfs/body.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ObjectEntry, ObjectKey } from '../../lib/vfs/types.ts';
import { contentsOf, createMemoryPair } from './memory-stores.ts';
import { createListingDriver } from './memory-stores-listing.ts';

describe('a pair of memory stores', () => {
  it('counts the requests of each', async () => {
    const { source, destination } = createMemoryPair();
    await source.store.write('a', textSource('x'));
    await source.store.stat('a');
    await source.store.stat('a');
    expect(source.requests.lines).toEqual(['write a', 'stat a', 'stat a']);
    expect([source.requests.total, source.requests.of('stat'), destination.requests.total]).toEqual([3, 2, 0]);
    source.requests.reset();
    expect(source.requests.total).toBe(0);
    await source.driver.stat('a' as ObjectKey, { signal: new AbortController().signal });
    expect(source.requests.total).toBe(0);
    expect(await contentsOf(destination.store)).toEqual({});
  });
});

describe('a generated listing', () => {
  const entryAt = (index: number): ObjectEntry => ({
    key: `dir${`${Math.floor(index / 1000)}`.padStart(3, '0')}/k${`${index}`.padStart(7, '0')}` as ObjectKey,
    size: index,
  });

  it('lists a million keys, page by page, without holding them', async () => {
    const store = new Store(createListingDriver('memfs://generated', 1_000_000, entryAt));
    let count = 0;
    for await (const entry of store.list('dir042/')) {
      expect(entry.size).toBe(42_000 + count);
      count += 1;
    }
    expect(count).toBe(1000);
    const last = await store.listPage('', { startAfter: 'dir999/k0999997' });
    expect(last.entries.map(({ size }) => size)).toEqual([999_998, 999_999]);
    const prefixes = (await store.listPage('', { delimiter: '/', pageSize: 3 })).prefixes;
    expect(prefixes).toEqual(['dir000/', 'dir001/', 'dir002/']);
  });

  it('has no objects', async () => {
    const store = new Store(createListingDriver('memfs://generated', 1, entryAt));
    await expect(store.stat('dir000/k0000000')).rejects.toMatchObject({ code: 'Unsupported' });
    await expect(store.delete('dir000/k0000000')).rejects.toMatchObject({ code: 'Unsupported' });
  });
});

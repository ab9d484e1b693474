import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../lib/vfs/store.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { faults } from '../../loopback/swift/script.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

describe('a listing', () => {
  let cloud: SwiftCloud;
  let store: Store;

  beforeAll(async () => {
    cloud = await startSwiftCloud();
    store = await cloud.store();
  });

  afterAll(() => cloud.close());

  afterEach(() => {
    cloud.swift.script = undefined;
    cloud.account.removeContainer('state');
    cloud.account.makeContainer('state');
  });

  const plant = (...names: string[]) => {
    for (const name of names) {
      cloud.account.put('state', name, { bytes: Buffer.from('x'), etag: md5('x'), headers: {} });
    }
  };
  const keys = async (prefix = '', pageSize?: number) => {
    const found: string[] = [];
    for await (const { key } of store.list(prefix, pageSize === undefined ? {} : { pageSize })) {
      found.push(key);
    }
    return found;
  };

  it('goes on until a page is not full', async () => {
    plant('a', 'b', 'c', 'd');
    cloud.swift.requests.reset();
    expect(await keys('', 2)).toEqual(['a', 'b', 'c', 'd']);
    expect(cloud.swift.requests.of('list')).toBe(3);
    cloud.swift.requests.reset();
    expect(await keys('', 3)).toEqual(['a', 'b', 'c', 'd']);
    expect(cloud.swift.requests.of('list')).toBe(2);
  });

  it('asks for a thousand names at a time, and for no more than Swift gives', async () => {
    plant(...Array.from({ length: 1_001 }, (_, i) => `k${String(i).padStart(4, '0')}`));
    cloud.swift.requests.reset();
    expect(await keys('', 50_000)).toHaveLength(1_001);
    expect(cloud.swift.requests.of('list')).toBe(2);
  });

  it("leaves out what is the driver's and the project's own, also where that fills pages", async () => {
    const own = ['.statesync/probe/x', '.statesync/swift/segments/u/00001', '.statesync/swift/uploads/u'];
    plant('-a', ...own, '.statesync2', 'b/c');
    for (const pageSize of [1, 2, 3, 4, 1000]) {
      expect(await keys('', pageSize)).toEqual(['-a', '.statesync2', 'b/c']);
    }
    expect(await keys('.state', 1)).toEqual(['.statesync2']);
    expect(await keys('.statesync/', 1)).toEqual(['.statesync/probe/x']);
    const { prefixes, entries } = await store.listPage('', { delimiter: '/' });
    expect([prefixes, entries.map(({ key }) => key)]).toEqual([['b/'], ['-a', '.statesync2']]);
  });

  it('skips the segments of a large object in one page', async () => {
    plant(...Array.from({ length: 50 }, (_, i) => `.statesync/swift/segments/u/${i}`), 'k');
    cloud.swift.requests.reset();
    expect(await keys('', 10)).toEqual(['k']);
    expect(cloud.swift.requests.of('list')).toBe(2);
  });

  it.each([
    ['no JSON', '<html>Welcome</html>', 'the answer is no JSON'],
    ['no list', '{}', 'the answer is no list'],
    ['a line without a name', '[{"bytes":1}]', 'a line of the listing has no name'],
  ])('that is %s never passes for a short one', async (_, body, words) => {
    cloud.swift.script = faults({ kind: 'status', status: 200, body }, ({ operation }) => operation === 'list');
    const listing = store.listPage('');
    await expect(listing).rejects.toMatchObject({ code: 'Unknown', operation: 'list' });
    await expect(listing).rejects.toThrow(words);
  });

  it('that is cut in the middle is no listing', async () => {
    plant('a', 'b');
    cloud.swift.script = faults({ kind: 'tear', bytes: 20 }, ({ operation }) => operation === 'list');
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

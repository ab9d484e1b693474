import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../../lib/vfs/body.ts';
import { type ListItem, walkKeys } from '../../../lib/vfs/listing.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { walkMount } from '../../../lib/vfs/vault/walk.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

let local: LocalVault;
let store: Store;

beforeEach(async () => {
  local = await startLocalVault();
  store = local.store();
});

afterEach(() => local.close());

const count = (operation: string) => local.vault.requests.of(operation);

async function putAll(...names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => store.write(name, textSource(name))));
}

async function keysOf(prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) {
    keys.push(key);
  }
  return keys;
}

describe('a walk through folders', () => {
  const name = fc.stringMatching(/^[a-c\-./0é]{1,8}$/).filter((text) => !/^\/|\/$|\/\/|(^|\/)\.\.?(\/|$)/.test(text));

  it('finds what a sorted list of all keys holds, in its order, from any start, under any prefix, with and without delimiter', async () => {
    const options = fc.record({
      keys: fc.uniqueArray(name, { maxLength: 25 }),
      prefix: fc.oneof(fc.constant(''), fc.stringMatching(/^[a-c./-]{0,4}$/)),
      start: fc.oneof(fc.constantFrom('', 'a/\0', 'b/\0'), fc.stringMatching(/^[a-c./-]{0,5}$/)),
      delimiter: fc.option(fc.constant('/' as const), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(options, async ({ keys, prefix, start, delimiter }) => {
        const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const rolls = delimiter === undefined ? {} : { delimiter };
        const namesIn = async (folder: string) => [...foldersAndNames(keys, folder)].sort();
        const walk = walkMount({ prefix, start, ...rolls, namesIn, counts: async () => true });
        const found: ListItem[] = [];
        for await (const item of walk) {
          found.push(item);
        }
        expect(found).toEqual([...walkKeys(sorted, { prefix, ...rolls }, start)]);
      }),
      { numRuns: 300 },
    );
  });

  function foldersAndNames(keys: readonly string[], folder: string): ReadonlySet<string> {
    const under = keys.filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));
    return new Set(under.map((rest) => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest)));
  }
});

describe('a listing', () => {
  it('holds a key that is a secret and a folder, and what is in the folder', async () => {
    await putAll('a', 'a/b', 'a/b/c', 'a-b');
    expect(await keysOf()).toEqual(['a', 'a-b', 'a/b', 'a/b/c']);
    const page = await store.listPage('', { delimiter: '/' });
    expect([page.entries.map(({ key }) => key), page.prefixes]).toEqual([['a', 'a-b'], ['a/']]);
  });

  it('leaves out what was deleted, which Vault goes on listing, and folders with nothing else', async () => {
    await putAll('kept/a', 'kept/b', 'gone/a', 'gone/deeper/b');
    local.kv.deleteLatest('gone/a');
    await store.delete('gone/deeper/b');
    await store.delete('kept/a');
    expect(await keysOf()).toEqual(['kept/b']);
    expect((await store.listPage('')).markers).toEqual([]);
    expect((await store.listPage('', { delimiter: '/' })).prefixes).toEqual(['kept/']);
    expect(local.kv.list('gone/')).toEqual({ keys: ['a', 'deeper/'] });
  });

  it('tells of each object what a stat tells, its digests too', async () => {
    await putAll('a');
    const [entry] = (await store.listPage('')).entries;
    const { key, size, revision, checksums, modifiedAt } = await store.stat('a');
    expect(entry).toEqual({ key, size, revision, checksums, modifiedAt });
  });

  it('asks for the folder of its prefix and those below only, so that a policy need not allow more', async () => {
    await putAll('clusters/a/x', 'clusters/a/y', 'clusters/ab/x', 'other/x');
    local.vault.policies.set('node', { 'kv/metadata/clusters/*': ['list'], 'kv/data/clusters/a/*': ['read'] });
    const token = local.vault.tokens.create({ policies: ['default', 'node'] }).id;
    const asNode = local.store({}, { VAULT_TOKEN: token });
    expect((await asNode.listPage('clusters/a/')).entries).toHaveLength(2);
    expect((await failureOf(asNode.listPage(''))).code).toBe('PermissionDenied');
  });

  it('fails where one object may not be read: left out, it would pass for absent', async () => {
    await putAll('clusters/a/x', 'clusters/b/x');
    local.vault.policies.set('node', { 'kv/metadata/*': ['list'], 'kv/data/clusters/a/*': ['read'] });
    const token = local.vault.tokens.create({ policies: ['default', 'node'] }).id;
    expect((await failureOf(local.store({}, { VAULT_TOKEN: token }).listPage(''))).code).toBe('PermissionDenied');
  });

  it('reports what has a name that no request can say as a marker, once, and goes on', async () => {
    await putAll('a', 'z');
    local.kv.write('b\u2028', { data: { file: '' } });
    local.kv.write('c\u2028/d', { data: { file: '' } });
    const page = await store.listPage('');
    expect([page.entries.map(({ key }) => key), page.markers]).toEqual([
      ['a', 'z'],
      ['b\u2028', 'c\u2028/'],
    ]);
    const markers: string[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const next = await store.listPage('', { pageSize: 1, ...(token && { pageToken: token }) });
      markers.push(...next.markers);
      token = next.nextPageToken;
    }
    expect(markers).toEqual(page.markers);
    expect(await keysOf()).toEqual(['a', 'z']);
  });

  it('costs one request for each folder and one for each name', async () => {
    await putAll('a/1', 'a/2', 'b/c/1', 'b/c/2', 'b/d/1');
    const reads = count('read');
    await keysOf();
    expect([count('list'), count('read') - reads]).toEqual([5, 5]);
  });

  it('goes on where a page ended, and asks for no folder that lies before', async () => {
    await putAll(...Array.from({ length: 12 }, (_, n) => `${'abc'[n % 3]}/${n}`));
    const pages = [await store.listPage('', { pageSize: 6 })];
    const lists = count('list');
    pages.push(await store.listPage('', { pageSize: 6, pageToken: pages[0]?.nextPageToken ?? '' }));
    const keys = pages.flatMap(({ entries }) => entries.map(({ key }) => key));
    expect(keys.slice(4, 8)).toEqual(['b/1', 'b/10', 'b/4', 'b/7']);
    expect([keys.length, pages[1]?.nextPageToken, count('list') - lists]).toEqual([12, undefined, 3]);
  });

  it('of a prefix that no key can have is empty, and asks for nothing', async () => {
    await store.find('a');
    const before = local.vault.requests.total;
    for (const prefix of ['a//b', 'a/../b', './', 'a\n/b']) {
      expect((await store.listPage(prefix)).entries).toEqual([]);
    }
    expect(local.vault.requests.total).toBe(before);
  });
});

describe('a key that Vault would take for another, or not at all', () => {
  it.each(['a//b', 'a/./b', 'a/../b', '..', './a', 'a\nb', 'a\u2028b', 'a\u00a0b', 'a\0b'])(
    '%j is refused before anything is sent',
    async (key) => {
      for (const call of [
        () => store.stat(key),
        () => store.read(key),
        () => store.write(key, textSource('x')),
        () => store.delete(key),
      ]) {
        expect((await failureOf(call())).code).toBe('InvalidArgument');
      }
      expect(local.vault.requests.total).toBe(0);
    },
  );
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const signal = new AbortController().signal;

let gcs: LocalGcs;
let bucket: Bucket;
let store: Store;
beforeAll(async () => {
  gcs = await startLocalGcs();
});
beforeEach(() => {
  bucket = gcs.server.createBucket('state', { versions: true });
  store = gcs.store({ url: 'gs://state' });
});
afterEach(() => {
  gcs.server.limits.pageSize = 1000;
  gcs.server.script = () => undefined;
});
afterAll(() => gcs.close());

function plant(...names: readonly string[]): void {
  for (const name of names) {
    bucket.put({ name, content: Buffer.from(name), attributes: {} });
  }
}

async function listed(prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) {
    keys.push(key);
  }
  return keys;
}

describe('a listing', () => {
  it('goes over all pages, however small they are', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    plant(...names);
    gcs.server.limits.pageSize = 3;
    expect(await listed()).toEqual(names);
    expect(gcs.server.requests.of('objects.list')).toBe(9);
  });

  it('tells both digests of every object, and asks for nothing more', async () => {
    await store.write('k', textSource('hello'), { metadata: { large: 'x'.repeat(8000) } });
    const [entry] = (await store.listPage('')).entries;
    expect(entry).toMatchObject({ size: 5, checksums: await digestBytes(Buffer.from('hello'), ['crc32c', 'md5']) });
    expect(entry?.revision).toBe((await store.stat('k')).revision);
  });

  it('that fails on its second page fails', async () => {
    plant('a', 'b', 'c');
    gcs.server.limits.pageSize = 2;
    gcs.server.script = ({ query }) => (query['pageToken'] ? { kind: 'answer', status: 503 } : undefined);
    await expect(listed()).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('reports what is no key, and goes on', async () => {
    plant('/leading', 'dir/', 'k');
    const { entries, markers } = await store.listPage('');
    expect([entries.map(({ key }) => key), markers]).toEqual([['k'], ['/leading', 'dir/']]);
  });

  it.each([
    ['b/1', ['c', 'd/']],
    ['a', ['b/', 'c', 'd/']],
    ['b/', ['b/', 'c', 'd/']],
    ['d/1', ['d/']],
    ['d/2', []],
  ])('with a delimiter, after %j, shows only prefixes that hold something behind it', async (startAfter, expected) => {
    plant('a', 'b/1', 'c', 'd/1', 'd/2');
    const { entries, prefixes } = await store.listPage('', { delimiter: '/', startAfter });
    expect([...entries.map(({ key }) => key), ...prefixes].sort()).toEqual(expected);
  });
});

describe('a history', () => {
  async function history(prefix = ''): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const { key, kind, latest, size } of store.versions.list(prefix, signal)) {
      lines.push(`${key} ${kind}${size === undefined ? '' : ` ${size}`}${latest ? ' latest' : ''}`);
    }
    return lines;
  }

  it.each([1, 2, 3, 1000])('keeps what a key has together, newest first, with pages of %i', async (pageSize) => {
    for (const [name, size] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
      ['b', 5],
      ['a', 6],
    ] as const) {
      bucket.put({ name, content: Buffer.alloc(size), attributes: {} });
    }
    bucket.remove('b', undefined);
    gcs.server.limits.pageSize = pageSize;
    expect(await history()).toEqual([
      'a content 6 latest',
      'a content 3',
      'a content 1',
      'b deletion latest',
      'b content 5',
      'b content 2',
      'c content 4 latest',
    ]);
  });

  it('loses its deletion with its last generation', async () => {
    plant('k');
    bucket.remove('k', undefined);
    const [deletion, content] = (await store.driver.versions?.listVersions({ prefix: '', signal }))?.versions ?? [];
    await store.versions.delete('k', deletion!.versionId, signal);
    expect(await history()).toEqual(['k deletion latest', 'k content 1']);
    await store.versions.delete('k', content!.versionId, signal);
    expect(await history()).toEqual([]);
  });

  it('shows nothing that is no key', async () => {
    plant('dir/', 'k');
    expect(await history()).toEqual(['k content 1 latest']);
  });

  it.each(['deleted-17', 'null', '', '0'])('has no version %j that could be read', async (version) => {
    plant('k');
    gcs.server.requests.reset();
    await expect(store.versions.read('k', version as never, signal)).rejects.toMatchObject({ code: 'NotFound' });
    expect(gcs.server.requests.total).toBe(0);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../../lib/vfs/body.ts';
import { compareKeys } from '../../../lib/vfs/keys.ts';
import { SmallestItems } from '../../../lib/vfs/kubernetes/smallest-items.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { createFastClock } from '../../support/clock.ts';
import { type LocalCluster, startKubernetesPlace } from './place.ts';

const keys = Array.from({ length: 25 }, (_, index) => `dir-${index % 3}/key-${String(index).padStart(2, '0')}`);
const inOrder = [...keys].sort(compareKeys);

let cluster: LocalCluster;
let store: Store;

beforeAll(async () => {
  cluster = await startKubernetesPlace();
  store = cluster.store();
  for (const key of keys) {
    await store.write(key, textSource(key), { precondition: { kind: 'if-absent' } });
  }
});

beforeEach(() => {
  cluster.server.requests.reset();
  cluster.server.chunkLimit = 4;
});

afterEach(() => {
  cluster.server.fault = undefined;
});

afterAll(() => cluster.close());

async function listed(of: Store, prefix = '', pageSize?: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of of.list(prefix, pageSize === undefined ? {} : { pageSize })) {
    found.push(key);
  }
  return found;
}

describe('a listing', () => {
  it('is one walk through the metadata, without asking for any object', async () => {
    expect(await listed(store)).toEqual(inOrder);
    expect(cluster.server.requests.snapshot()).toEqual({ 'list secrets': 7 });
  });

  it('is one request for every 500 Secrets', async () => {
    cluster.server.chunkLimit = Number.POSITIVE_INFINITY;
    expect(await listed(store)).toEqual(inOrder);
    expect(cluster.server.requests.snapshot()).toEqual({ 'list secrets': 1 });
  });

  it('gives every key once and in order, whatever the size of its pages', async () => {
    for (const pageSize of [1, 2, 7, 24, 25, 26]) {
      expect(await listed(store, '', pageSize)).toEqual(inOrder);
    }
  });

  it('asks for the directory of its prefix only', async () => {
    const selectors: (string | null)[] = [];
    cluster.server.chunkLimit = Number.POSITIVE_INFINITY;
    cluster.server.fault = (_, __, query) => {
      selectors.push(query.get('labelSelector'));
      return { kind: 'changed', change: (body) => withCount(body, sizes) };
    };
    const sizes: number[] = [];
    expect(await listed(store, 'dir-1/key-0')).toEqual(inOrder.filter((key) => key.startsWith('dir-1/key-0')));
    expect(selectors).toEqual([
      expect.stringMatching(/^kops-statesync\.io\/object=true,kops-statesync\.io\/directory-1=/),
    ]);
    expect(sizes).toEqual([inOrder.filter((key) => key.startsWith('dir-1/')).length]);
  });

  it('knows sizes, revisions, digests and times as stat does', async () => {
    const [entry] = (await store.listPage(keys[3] ?? '')).entries;
    const { revision, size, checksums, modifiedAt } = await store.stat(keys[3] ?? '');
    expect(entry).toMatchObject({ revision, size, checksums, modifiedAt, contentTag: `md5:${checksums.md5}` });
    expect(modifiedAt?.getTime()).toBeGreaterThan(0);
  });

  it('starts over when the state that it walks through is forgotten, and misses nothing', async () => {
    const patient = await openStore(cluster.definition, { environment: cluster.environment, clock: createFastClock() });
    const late = 'dir-0/key-late';
    let chunks = 0;
    cluster.server.fault = (operation) => {
      chunks += operation === 'list secrets' ? 1 : 0;
      if (chunks === 4) {
        cluster.server.fault = undefined;
        cluster.server.storage.compact();
        cluster.server.storage.create(cluster.namespace, { metadata: { name: 'elsewhere' } }, 'kubectl');
        cluster.server.storage.compact();
      }
      return undefined;
    };
    expect(await listed(patient)).toEqual(inOrder);
    expect(cluster.server.requests.of('list secrets')).toBeGreaterThan(7);
    expect(chunks).toBe(4);
    await patient.write(late, textSource('x'));
    expect(await listed(patient)).toContain(late);
    await patient.delete(late);
    await patient.close();
  });

  it('that the API server answers in part only is a failure, never a short listing', async () => {
    cluster.server.fault = () => ({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await expect(store.listPage('')).rejects.toMatchObject({
      code: 'Unknown',
      message: expect.stringContaining('no listing'),
    });
    cluster.server.fault = () => ({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<p>',
    });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown' });
    cluster.server.fault = () => ({ kind: 'torn' });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('passes over a Secret that is deleted before it can be asked for', async () => {
    const { storage } = cluster.server;
    await store.write('fleeting', textSource('x'));
    const [secret] = storage.at(cluster.namespace, storage.revision).filter(isOf('fleeting'));
    storage.update(cluster.namespace, secret?.metadata.name ?? '', { ...secret, data: { content: '' } }, 'kubectl');
    cluster.server.fault = (operation, { name }) => {
      if (operation === 'get secrets') {
        storage.remove(cluster.namespace, name, {});
      }
      return undefined;
    };
    expect(await store.listPage('fleeting')).toMatchObject({ entries: [], markers: [] });
  });
});

describe('a namespace that is not there', () => {
  const definition = { url: 'k8s://local/nowhere' };

  it('is told for every call, and never as absence of a key or as an empty listing', async () => {
    const nowhere = cluster.store(definition);
    const message = expect.stringContaining('there is no such namespace');
    const missing = { code: 'InvalidArgument', message };
    await expect(nowhere.listPage('')).rejects.toMatchObject(missing);
    await expect(nowhere.stat('k')).rejects.toMatchObject(missing);
    await expect(nowhere.read('k')).rejects.toMatchObject(missing);
    await expect(nowhere.delete('k')).rejects.toMatchObject(missing);
    await expect(nowhere.write('k', textSource('x'))).rejects.toMatchObject(missing);
    const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
    await expect(nowhere.write('k', textSource('x'), ifAbsent)).rejects.toMatchObject(missing);
  });

  it('is asked for once a minute, and not where something was found', async () => {
    const fresh = cluster.store();
    await fresh.listPage('dir-0/');
    expect(cluster.server.requests.of('get namespaces')).toBe(0);
    await fresh.listPage('nothing/');
    await fresh.find('nothing');
    await fresh.find('nothing');
    expect(cluster.server.requests.of('get namespaces')).toBe(1);
  });

  it('may be hidden from us, and is then taken to be there', async () => {
    const [token] = cluster.secrets;
    const rules = [{ verbs: ['*'], resources: ['secrets'] }];
    cluster.server.identities.set(token ?? '', { user: 'narrow', rules });
    expect(await cluster.store().listPage('nothing/')).toMatchObject({ entries: [] });
    expect(cluster.server.requests.of('get namespaces')).toBe(1);
    cluster.server.admit(token ?? '', 'admin');
  });
});

describe('the items that come first', () => {
  it('are those of a sort, whatever comes in whatever order', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uff5e', '\u{1f600}'), maxLength: 4 }));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 6 }), (all, wanted) => {
        const smallest = new SmallestItems<number>(wanted);
        all.forEach((text, index) => {
          smallest.add({ kind: 'key', text }, index);
        });
        const expected = [...new Set(all)].sort(compareKeys).slice(0, wanted);
        expect(smallest.sorted().map(({ item }) => item.text)).toEqual(expected);
      }),
    );
  });
});

/** Notes how many items an answer has. */
function withCount(body: object, sizes: number[]): object {
  sizes.push((body as { readonly items: readonly unknown[] }).items.length);
  return body;
}

function isOf(key: string) {
  return ({ metadata }: { metadata: { annotations?: Readonly<Record<string, string>> } }) =>
    metadata.annotations?.['kops-statesync.io/key'] === key;
}

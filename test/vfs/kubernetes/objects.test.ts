import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { labelsOf, secretName, selectorFor } from '../../../lib/vfs/kubernetes/object-names.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Secret, SentSecret } from '../../loopback/kubernetes/objects.ts';
import { validate } from '../../loopback/kubernetes/validation.ts';
import { patternBytes, textOf } from '../../support/sources.ts';
import { type LocalCluster, startKubernetesPlace } from './place.ts';

let cluster: LocalCluster;
let store: Store;

beforeAll(async () => {
  cluster = await startKubernetesPlace();
  store = cluster.store();
});

afterAll(() => cluster.close());

function stored(key: string): Secret {
  return cluster.server.storage.get(cluster.namespace, secretName(key));
}

/** What somebody else does to the Secret of a key, as kubectl does it. */
function edit(key: string, change: (secret: Secret) => SentSecret): void {
  const secret = stored(key);
  cluster.server.storage.update(cluster.namespace, secret.metadata.name, change(secret), 'kubectl-edit');
}

function withRecord(metadata: Secret['metadata'], size: number): Secret['metadata'] {
  const record = JSON.stringify({ size, sha256: '0'.repeat(64) });
  return { ...metadata, annotations: { ...metadata.annotations, 'kops-statesync.io/content': record } };
}

/** What keys are made of that names and labels cannot hold. */
const signs = fc.constantFrom('a', 'B', '/', '/', '.', ' ', '%', '\n', '\u00e9', '\u{1f600}');

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('an object is a Secret', () => {
  it('of a type of its own, with its key in an annotation', async () => {
    await store.write('a/b c', textSource('text'));
    expect(stored('a/b c')).toMatchObject({
      type: 'kops-statesync.io/object',
      data: { content: base64('text') },
      metadata: {
        name: expect.stringMatching(/^statesync-[0-9a-f]{64}$/),
        labels: { 'kops-statesync.io/object': 'true' },
        annotations: { 'kops-statesync.io/key': 'a/b c' },
      },
    });
  });

  it('whose names and labels are such as Kubernetes takes, for every key', () => {
    fc.assert(
      fc.property(fc.string({ unit: signs, minLength: 1, maxLength: 300 }), (key) => {
        validate(secretName(key), { metadata: { labels: labelsOf(key) } });
      }),
    );
  });

  it('that the selector of each of its prefixes finds', () => {
    fc.assert(
      fc.property(fc.string({ unit: signs, minLength: 1, maxLength: 20 }), fc.nat(20), (key, length) => {
        const labels = Object.entries(labelsOf(key)).map(([name, value]) => `${name}=${value}`);
        expect(labels).toEqual(expect.arrayContaining(selectorFor(key.slice(0, length)).split(',')));
      }),
    );
  });

  it('whose metadata and headers may be any text', async () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 });
    const names = fc.string({ minLength: 1, maxLength: 20 }).map((name) => `x${name.toLowerCase()}`);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(names, texts, { noNullPrototype: true }),
        texts,
        async (metadata, cacheControl) => {
          await store.write('any', textSource('x'), { metadata, headers: { cacheControl } });
          expect(await store.stat('any')).toMatchObject({ metadata: { ...metadata }, headers: { cacheControl } });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('of 768 KiB at most, which is refused before anything is sent', async () => {
    const { maxObjectSize } = store.capabilities;
    expect(maxObjectSize).toBe(768 * 1024);
    const before = cluster.server.requests.total;
    const tooLarge = store.write('large', bytesSource(patternBytes(maxObjectSize + 1)));
    await expect(tooLarge).rejects.toMatchObject({ code: 'TooLarge' });
    expect(cluster.server.requests.total).toBe(before);
    await store.write('large', bytesSource(patternBytes(maxObjectSize)));
    expect((await store.stat('large')).size).toBe(maxObjectSize);
  });

  it('whose metadata has 256 KiB at most, which is refused before anything is sent', async () => {
    const before = cluster.server.requests.total;
    const metadata = { much: 'x'.repeat(256 * 1024) };
    const writing = store.write('much', textSource('x'), { metadata });
    await expect(writing).rejects.toMatchObject({
      code: 'TooLarge',
      message: expect.stringContaining('a Secret has at most 262144'),
    });
    expect(cluster.server.requests.total).toBe(before);
    const half = { much: 'x'.repeat(255 * 1024) };
    await store.write('much', textSource('x'), { metadata: half });
    expect((await store.stat('much')).metadata).toEqual(half);
  });
});

describe('others in the namespace', () => {
  it('keep their Secrets: what is not marked as ours is not listed', async () => {
    const { storage } = cluster.server;
    storage.create(cluster.namespace, { metadata: { name: 'bootstrap-token' }, data: { content: '' } }, 'kubectl');
    const { metadata, data, type } = await store.write('mine', textSource('x')).then(() => stored('mine'));
    const { name: _, uid: __, resourceVersion: ___, ...kept } = metadata;
    for (const copy of ['a-copy', 'z-copy']) {
      storage.create(cluster.namespace, { data: data ?? {}, type, metadata: { ...kept, name: copy } }, 'kubectl');
    }
    const asked = cluster.server.requests.of('get secrets');
    const { entries, markers } = await store.listPage('mine');
    expect(cluster.server.requests.of('get secrets')).toBe(asked);
    expect(entries.map(({ key, revision }) => [key, revision])).toEqual([
      ['mine', (await store.stat('mine')).revision],
    ]);
    expect(markers).toEqual([]);
  });

  it('that edit a content are believed: stat and listing tell what is there, without what belonged to the old one', async () => {
    const { revision } = await store.write('edited', textSource('before'), { metadata: { stamp: 'of before' } });
    edit('edited', (secret) => ({ ...secret, data: { content: base64('afterwards') } }));
    const stat = await store.stat('edited');
    expect(stat.metadata).toEqual({});
    expect(stat.size).toBe(10);
    expect(stat.revision).not.toBe(revision);
    const { body } = await store.read('edited');
    expect(await textOf(body)).toBe('afterwards');
    const [entry] = (await store.listPage('edited')).entries;
    expect(entry).toMatchObject({ size: 10, revision: stat.revision, checksums: stat.checksums });
  });

  it('that edit and undo leave the metadata as it was', async () => {
    await store.write('undone', textSource('same'), { metadata: { stamp: 'mine' } });
    edit('undone', (secret) => ({ ...secret, data: { content: base64('other') } }));
    edit('undone', (secret) => ({ ...secret, data: { content: base64('same') } }));
    expect((await store.stat('undone')).metadata).toEqual({ stamp: 'mine' });
  });

  it('that edit the record of a content change nothing but the way of a listing', async () => {
    await store.write('record', textSource('text'));
    edit('record', ({ metadata, ...secret }) => ({ ...secret, metadata: withRecord(metadata, 99) }));
    const stat = await store.stat('record');
    expect(stat.size).toBe(4);
    expect((await store.listPage('record')).entries[0]).toMatchObject({ size: 4, checksums: stat.checksums });
  });

  it('that bring a Secret back with another content, and a record of their own, are not believed', async () => {
    await store.write('restored', textSource('text'));
    const { metadata, type } = stored('restored');
    const { uid: _, resourceVersion: __, ...kept } = withRecord(metadata, 99);
    cluster.server.storage.remove(cluster.namespace, metadata.name, {});
    const secret = { type, metadata: kept, data: { content: base64('longer') } };
    cluster.server.storage.create(cluster.namespace, secret, 'velero');
    expect((await store.listPage('restored')).entries[0]).toMatchObject({ size: 6 });
    expect((await store.stat('restored')).size).toBe(6);
  });

  it('that take the content away leave no object, which a listing reports and a read refuses', async () => {
    await store.write('emptied', textSource('text'));
    edit('emptied', ({ metadata, type }) => ({ metadata, type, data: { other: base64('x') } }));
    await expect(store.read('emptied')).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(/Secret statesync-[0-9a-f]+ has no field "content"/),
    });
    expect(await store.listPage('emptied')).toMatchObject({ entries: [], markers: ['emptied'] });
  });

  it('that hold a Secret by a finalizer keep it from being deleted, and that is said', async () => {
    await store.write('held', textSource('text'));
    edit('held', ({ metadata, ...secret }) => ({
      ...secret,
      metadata: { ...metadata, finalizers: ['example.com/x'] },
    }));
    await expect(store.delete('held')).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('held by a finalizer'),
    });
    // A write takes the finalizer away, and with it goes what was marked for deletion.
    await expect(store.write('held', textSource('new'))).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: true,
    });
    expect(await store.find('held')).toBeUndefined();
    await store.write('held', textSource('new'));
  });

  it('that change a content on its way are found out', async () => {
    cluster.server.fault = (operation) =>
      operation === 'create secrets'
        ? { kind: 'changed', change: (body) => ({ ...body, data: { content: base64('other') } }) }
        : undefined;
    const writing = store.write('webhook', textSource('text'), { precondition: { kind: 'if-absent' } });
    await expect(writing).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: true });
    cluster.server.fault = undefined;
  });
});

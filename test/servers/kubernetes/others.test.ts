import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { secretName } from '../../../lib/vfs/kubernetes/object-names.ts';
import { openDriver } from '../../../lib/vfs/kubernetes/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { textOf } from '../../support/sources.ts';
import { kubeconfigVariable, type NamedCluster, newNamespace } from './cluster.ts';

let cluster: NamedCluster;
let store: Store;

beforeAll(async () => {
  cluster = await newNamespace(process.env[kubeconfigVariable] ?? '');
  store = new Store(openDriver(cluster.definition, { environment: {}, clock: systemClock }));
});

afterAll(async () => {
  await store.close();
  await cluster.clear();
});

/** What somebody else does to the Secret of a key. */
function patch(key: string, body: object): ReturnType<CoreV1Api['patchNamespacedSecret']> {
  const { api, namespace } = cluster;
  const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  return api.patchNamespacedSecret(
    { name: secretName(key), namespace, body, fieldManager: 'kubectl-edit' },
    mergePatch,
  );
}

describe('others in a namespace of a real cluster', () => {
  it('that edit a content are believed by stat and by listing', async () => {
    await store.write('edited', textSource('before'), { metadata: { stamp: 'of before' } });
    const { revision } = await store.stat('edited');
    await patch('edited', { data: { content: Buffer.from('afterwards').toString('base64') } });
    const stat = await store.stat('edited');
    expect(stat.metadata).toEqual({});
    expect(stat.size).toBe(10);
    expect(stat.revision).not.toBe(revision);
    expect(await textOf((await store.read('edited')).body)).toBe('afterwards');
    const [entry] = (await store.listPage('edited')).entries;
    expect(entry).toMatchObject({ size: 10, revision: stat.revision, checksums: stat.checksums });
  });

  it('that edit labels change the revision, and nothing else', async () => {
    const { revision } = await store.write('labelled', textSource('text'), { metadata: { stamp: 'mine' } });
    await patch('labelled', { metadata: { labels: { team: 'platform' } } });
    const stat = await store.stat('labelled');
    expect(stat).toMatchObject({ size: 4, metadata: { stamp: 'mine' } });
    expect(stat.revision).not.toBe(revision);
  });

  it('that hold a Secret by a finalizer keep it from being deleted, and a write frees it', async () => {
    await store.write('held', textSource('text'));
    await patch('held', { metadata: { finalizers: ['example.com/hold'] } });
    await expect(store.delete('held')).rejects.toMatchObject({
      message: expect.stringContaining('held by a finalizer'),
    });
    await expect(store.write('held', textSource('new'))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await store.find('held')).toBeUndefined();
  });

  it('that remove the namespace leave no empty listing behind', async () => {
    const { credentials } = cluster.definition;
    const definition = { url: 'k8s:///statesync-test-nowhere', ...(credentials && { credentials }) };
    const nowhere = new Store(openDriver(definition, { environment: {}, clock: systemClock }));
    const missing = { code: 'InvalidArgument', message: expect.stringContaining('there is no such namespace') };
    await expect(nowhere.listPage('')).rejects.toMatchObject(missing);
    await expect(nowhere.stat('k')).rejects.toMatchObject(missing);
    await expect(nowhere.write('k', textSource('x'))).rejects.toMatchObject(missing);
    await nowhere.close();
  });
});

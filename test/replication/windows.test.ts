import { describe, expect, it } from '@jest/globals';
import { decodeStamp, stampOf, withoutStamp } from '../../lib/replication/stamp.ts';
import { StandingClusters } from '../../lib/replication/standing-clusters.ts';
import { textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { listingOnly } from './layers.ts';
import { cluster, createPair, signal } from './pair.ts';

const config = `${cluster}/config`;
const addons = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${cluster}/addons/${name}/k8s.yaml`);

describe('a window', () => {
  it('has a brake and a look at the clusters of its own', async () => {
    const pair = createPair({ brake: { deletes: 1, prunedBackups: 0 } });
    await Promise.all([config, ...addons].map((key) => pair.put(key, key)));
    await pair.reconcile();
    await Promise.all(addons.map(pair.remove));
    expect(await pair.converge(addons[0]!)).toMatchObject([{ kind: 'deleted' }]);
    expect(await pair.converge(addons[1]!)).toMatchObject([{ kind: 'deleted' }]);
    await pair.remove(config);
    expect(await pair.converge(addons[2]!)).toMatchObject([{ kind: 'retained' }]);
  });

  it('has no more groups in flight than it is told', async () => {
    let inFlight = 0;
    let most = 0;
    const watch: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        return run(call.signal).finally(() => {
          inFlight -= 1;
        });
      });
    const pair = createPair({ destinationLayers: [watch], concurrency: 3 });
    await Promise.all(addons.map((key) => pair.put(key, key)));
    await pair.converge(...addons);
    expect(most).toBe(3);
    await Promise.all(addons.map((key) => pair.put(key, 'changed')));
    most = 0;
    await pair.replicator.reconcile('', () => {}, signal, { concurrency: 1 });
    expect(most).toBeLessThanOrEqual(2); // One group, and the next page of the listing.
  });
});

describe('what a reconcile knows from its listings', () => {
  it('spares the first stat of a foreign replica that differs', async () => {
    const pair = createPair();
    await pair.put('note.txt', 'one');
    await pair.destination.write('note.txt', textSource('other'));
    await pair.reconcile();
    expect(pair.requests().filter((request) => !request.endsWith(' list'))).toEqual([
      'source stat',
      'source read',
      'destination write',
      'source stat',
    ]);
  });

  it('is not taken for a stat where it cannot tell', async () => {
    const pair = createPair({
      destinationLayers: [listingOnly(({ checksums: _, contentTag: __, ...entry }) => entry)],
    });
    await pair.put('note.txt', 'one');
    await pair.reconcile();
    expect(await pair.reconcile()).toEqual([{ kind: 'in-sync', key: 'note.txt', by: 'stamp' }]);
  });
});

describe('a cluster that does not stand', () => {
  it.each(['etcd-backup', 'discovery', 'unknown'] as const)('keeps its %s; of no cluster it may go', async (name) => {
    const { source, destination } = createPair();
    const clusters = new StandingClusters(source, destination, signal);
    expect(await clusters.missingConfig({ class: name, cluster })).toBe(config);
    expect(await clusters.missingConfig({ class: name, cluster: undefined })).toBeUndefined();
  });

  it('keeps what has its place inside a cluster, also when its key names none', async () => {
    const { source, destination } = createPair();
    const clusters = new StandingClusters(source, destination, signal);
    expect(await clusters.missingConfig({ class: 'secret', cluster: undefined })).toBe('config');
  });
});

describe('the text of a stamp', () => {
  const stat = { key: 'ключ', revision: '"é%25"', size: 3 } as never;
  const stamp = stampOf('s3://büro/a b', stat, { md5: '1' });

  it('is ASCII, and says what was put in', () => {
    expect(Object.values(stamp).join('')).toMatch(/^[\x20-\x7e]+$/);
    const decoded = { store: 's3://büro/a b', revision: '"é%25"', size: 3, checksums: { md5: '1' } };
    expect(decodeStamp(stamp)).toMatchObject(decoded);
  });

  it.each([
    ['a size that is none', { 'statesync-size': 'x' }],
    ['a broken escape', { 'statesync-revision': '%' }],
  ])('with %s is none', (_, change) => {
    expect(decodeStamp({ ...stamp, ...change })).toBeUndefined();
  });

  it('is none without any of its parts', () => {
    for (const name of ['store', 'key', 'revision', 'size']) {
      const { [`statesync-${name}`]: _, ...rest } = stamp;
      expect(decodeStamp(rest)).toBeUndefined();
    }
  });

  it('is never carried on', () => {
    expect(withoutStamp({ ...stamp, owner: 'platform', 'statesync-older': '1' })).toEqual({ owner: 'platform' });
  });
});

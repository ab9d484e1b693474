import { describe, expect, it } from '@jest/globals';
import { whyDataStays } from '../../lib/replication/pruned-backup.ts';
import { textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createManualClock } from '../support/clock.ts';
import { onFirst } from './layers.ts';
import { cluster, contents, createPair, type PairOptions, signal, type TestPair } from './pair.ts';

const directory = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/`;
const data = `${directory}etcd.backup.gz`;
const meta = `${directory}_etcd_backup.meta`;
const config = `${cluster}/config`;
const lifetime = 900_000; // The default.

/** A pair with a backup that was pruned longer ago than a worker lives. */
async function prunedLongAgo(options: PairOptions = {}) {
  const clock = createManualClock();
  const pair = createPair({ clock, memory: { versions: true, clock }, ...options });
  await Promise.all([config, data, meta].map((key) => pair.put(key, key)));
  await pair.reconcile();
  await Promise.all([data, meta].map(pair.remove));
  await pair.converge(meta);
  await clock.advance(lifetime + 1);
  const { source, destination } = pair.replicator;
  const why = (key: string) =>
    whyDataStays({ source, destination, clock, signal, workerLifetimeMs: lifetime } as never, key);
  return { pair, clock, why };
}

describe('data of a pruned backup', () => {
  it('may go when its meta is long gone at both ends', async () => {
    const { why } = await prunedLongAgo();
    expect(await why(data)).toBeUndefined();
  });

  it.each(['source', 'destination'] as const)('stays while the %s has its meta', async (end) => {
    const { pair, why } = await prunedLongAgo();
    await pair[end].write(meta, textSource('{}'));
    expect(await why(data)).toBe('its meta is still there');
    expect(await why(meta)).toBeUndefined();
  });

  it('stays when its meta comes back while its history is read', async () => {
    const race = onFirst('listVersions', meta, () => pair.destination.write(meta, textSource('{}')));
    const { pair, clock, why } = await prunedLongAgo({ destinationLayers: [race] });
    const answer = why(data);
    await clock.advance(0);
    expect(await answer).toMatch(/history of the destination does not say/);
  });

  it('goes by the history of its own meta only', async () => {
    const { pair, clock, why } = await prunedLongAgo();
    const other = data.replace('000012', '000013');
    const beside = `${other.replace('etcd.backup.gz', '_etcd_backup.meta')}.bak`;
    await pair.destination.write(beside, textSource('x'));
    await pair.destination.delete(beside);
    await clock.advance(2 * lifetime);
    expect(await why(other)).toMatch(/history of the destination does not say/);
  });

  it('stays when its meta comes back after the walk: the question is asked again', async () => {
    let looks = 0;
    const comesBack: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        looks += call.operation === 'stat' && call.key === meta ? 1 : 0;
        if (call.operation === 'stat' && call.key === meta && looks === 2) {
          await pair.destination.write(meta, textSource('{}'));
        }
        return run(call.signal);
      });
    const { pair: stores, clock } = await prunedLongAgo();
    const pair: TestPair = createPair({ stores, clock, destinationLayers: [comesBack] });
    expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'deferred', key: data }));
    expect(Object.keys(await contents(pair.destination))).toContain(data);
  });

  it('stays for as long as a Lambda function may run, unless something else is said', async () => {
    const { pair, clock } = await prunedLongAgo();
    expect(await pair.reconcile()).toContainEqual({ kind: 'deleted', key: data });
    const other = data.replace('000012', '000013');
    const otherMeta = meta.replace('000012', '000013');
    await Promise.all([other, otherMeta].map((key) => pair.put(key, key)));
    await pair.reconcile();
    await Promise.all([other, otherMeta].map(pair.remove));
    await pair.converge(otherMeta);
    await clock.advance(lifetime);
    expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'deferred', key: other }));
  });
});

describe('half a backup at the source', () => {
  it('takes no data away that the meta lists', async () => {
    const pair = createPair();
    await Promise.all([config, data, meta].map((key) => pair.put(key, key)));
    await pair.reconcile();
    await pair.remove(data);
    expect(await pair.converge(meta)).toMatchObject([
      { kind: 'deferred', key: data },
      { kind: 'deferred', key: meta },
    ]);
    expect(Object.keys(await contents(pair.destination))).toEqual([data, meta, config].toSorted());
  });

  it('is not listed by a reconcile over data that is only at the destination', async () => {
    const pair = createPair();
    await pair.put(config, 'c');
    await pair.put(meta, '{}');
    await pair.destination.write(data, textSource('whose?'));
    await pair.reconcile();
    expect(Object.keys(await contents(pair.destination))).not.toContain(meta);
  });

  it('takes its meta away before its data changes', async () => {
    const order: string[] = [];
    const note: Layer = (inner) =>
      aroundCalls(inner, (call, run) => {
        order.push(call.operation);
        return run(call.signal);
      });
    const pair = createPair({ destinationLayers: [note] });
    await Promise.all([config, data, meta].map((key) => pair.put(key, key)));
    await pair.reconcile();
    await pair.remove(meta);
    await pair.put(data, 'other');
    order.length = 0;
    await pair.converge(data);
    expect(order.filter((operation) => operation !== 'stat')).toEqual(['delete', 'write']);
  });

  it('is listed when its data was there before', async () => {
    const pair = createPair();
    await pair.put(data, 'snapshot');
    await pair.converge(data);
    await pair.put(meta, '{}');
    expect(await pair.converge(meta)).toMatchObject([{ kind: 'in-sync' }, { kind: 'written', key: meta }]);
  });
});

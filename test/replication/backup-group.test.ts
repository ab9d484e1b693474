import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../lib/vfs/body.ts';
import { createManualClock } from '../support/clock.ts';
import { cluster, contents, createPair } from './pair.ts';

const directory = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/`;
const data = `${directory}etcd.backup.gz`;
const meta = `${directory}_etcd_backup.meta`;
const lifetime = 900_000;

/** DESIGN §5, promise 3: a listed etcd backup is a whole one. */
describe('an etcd backup', () => {
  it('is listed at the destination after its data is there', async () => {
    const pair = createPair();
    await pair.put(data, 'snapshot');
    await pair.put(meta, '{}');
    expect(await pair.converge(meta)).toMatchObject([
      { kind: 'written', key: data },
      { kind: 'written', key: meta },
    ]);
    const writes = pair.requests().filter((request) => request === 'destination write');
    expect(writes).toHaveLength(2);
  });

  it('is not listed while its data is missing, and arrives with the data', async () => {
    const pair = createPair();
    await pair.put(meta, '{}');
    expect(await pair.converge(meta)).toMatchObject([
      { kind: 'in-sync', by: 'absence' },
      { kind: 'deferred', key: meta },
    ]);
    expect(await contents(pair.destination)).toEqual({});
    await pair.put(data, 'snapshot');
    await pair.converge(data);
    expect(await contents(pair.destination)).toEqual({ [data]: 'snapshot', [meta]: '{}' });
  });

  it('is not listed before data that differs at the destination has been mended', async () => {
    const pair = createPair();
    await pair.put(data, 'snapshot');
    await pair.put(meta, '{}');
    await pair.destination.write(data, textSource('torn'));
    await pair.converge(meta);
    expect(await contents(pair.destination)).toEqual({ [data]: 'snapshot', [meta]: '{}' });
  });

  it('brings its data before its meta is there at all', async () => {
    const pair = createPair();
    await pair.put(data, 'snapshot');
    await pair.converge(data);
    expect(await contents(pair.destination)).toEqual({ [data]: 'snapshot' });
  });

  it('loses its meta at once when it is pruned, and keeps its data', async () => {
    const pair = await replicated();
    await prune(pair);
    expect(await pair.converge(data, meta)).toMatchObject([
      { kind: 'deleted', key: meta },
      { kind: 'deferred', key: data },
    ]);
    expect(Object.keys(await contents(pair.destination))).toEqual([data, `${cluster}/config`]);
  });

  it('loses its data by a reconcile, once its meta is gone for longer than a worker lives', async () => {
    const clock = createManualClock();
    const pair = await replicated({ clock, memory: { versions: true, clock }, workerLifetimeMs: lifetime });
    await prune(pair);
    await pair.converge(meta);
    await clock.advance(lifetime);
    expect(await pair.reconcile()).toContainEqual({
      kind: 'deferred',
      key: data,
      reason: 'its meta is gone for 900 s, and a worker may live for 900 s',
    });
    await clock.advance(1_000);
    expect(await pair.reconcile()).toContainEqual({ kind: 'deleted', key: data });
    expect(Object.keys(await contents(pair.destination))).toEqual([`${cluster}/config`]);
  });

  it('keeps its data where the destination keeps no history', async () => {
    const pair = await replicated();
    await prune(pair);
    await pair.converge(meta);
    expect(await pair.reconcile()).toMatchObject([{ kind: 'in-sync' }, { kind: 'deferred', key: data }]);
  });

  it('is not pruned while its cluster has no config', async () => {
    const pair = await replicated();
    await prune(pair);
    await pair.remove(`${cluster}/config`);
    expect(await pair.converge(meta)).toMatchObject([
      { kind: 'retained', key: meta },
      { kind: 'deferred', key: data },
    ]);
  });
});

describe('the control files of an etcd cluster', () => {
  const created = `${cluster}/backups/etcd/main/control/etcd-cluster-created`;
  const spec = `${cluster}/backups/etcd/main/control/etcd-cluster-spec`;

  it('arrive with the marker first', async () => {
    const pair = createPair();
    await pair.put(spec, '{}');
    await pair.put(created, '{"timestamp":1}');
    const outcomes = await pair.converge(spec);
    expect(outcomes.map(({ key, kind }) => [key, kind])).toEqual([
      [created, 'written'],
      [spec, 'written'],
    ]);
  });

  it('bring the spec alone where the source has no marker yet', async () => {
    const pair = createPair();
    await pair.put(spec, '{}');
    await pair.converge(spec);
    expect(await contents(pair.destination)).toEqual({ [spec]: '{}' });
  });

  it('are retained when they are deleted at the source', async () => {
    const pair = createPair();
    await pair.put(`${cluster}/config`, 'c');
    await pair.put(spec, '{}');
    await pair.put(created, '{"timestamp":1}');
    await pair.converge(spec);
    await pair.remove(created);
    expect(await pair.converge(created)).toMatchObject([
      { kind: 'retained', key: created },
      { kind: 'in-sync', key: spec },
    ]);
    expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'retained', key: created }));
    expect(Object.keys(await contents(pair.destination))).toContain(created);
  });
});

async function replicated(options: Parameters<typeof createPair>[0] = {}) {
  const pair = createPair(options);
  await pair.put(`${cluster}/config`, 'c');
  await pair.put(data, 'snapshot');
  await pair.put(meta, '{}');
  await pair.reconcile();
  return pair;
}

/** As etcd-manager does: the data first, which is the worst order for us. */
async function prune(pair: Awaited<ReturnType<typeof replicated>>): Promise<void> {
  await pair.remove(data);
  await pair.remove(meta);
}

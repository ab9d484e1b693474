import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { bytesSource, textSource } from '../../lib/vfs/body.ts';
import { instrument } from '../../lib/vfs/layers/instrument.ts';
import { createManualClock } from '../support/clock.ts';
import { faultsByRule } from '../support/faults.ts';
import { cluster, contents, createPair, defaultPolicy } from './pair.ts';

const directory = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/`;
const data = `${directory}etcd.backup.gz`;
const meta = `${directory}_etcd_backup.meta`;
const lifetime = 900_000;

/** docs/promises.md, 3: a listed etcd backup is a whole one. */
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

  it('of unknown format is remarked on, whole or in parts, and copied all the same', async () => {
    const snapshot = readFileSync('examples/etcd-snapshots/main-1.db.gz');
    for (const [body, remark] of [
      [Buffer.alloc(5000, 1), 'backup of unknown format: it is not gzip'],
      [snapshot, undefined],
    ] as const) {
      for (const partSize of [1 << 20, 1024]) {
        const pair = createPair({
          partSize,
          memory: { capabilities: { parts: { minSize: 1, maxSize: 1 << 20, maxCount: 1000 } } },
        });
        await pair.source.write(data, bytesSource(body));
        const outcome = (await pair.converge(data)).find(({ key }) => key === data);
        expect(outcome).toEqual({
          kind: 'written',
          key: data,
          bytes: body.length,
          ...(remark === undefined ? {} : { remark }),
        });
      }
    }
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
    expect(await pair.reconcile()).toMatchObject([{ kind: 'deferred', key: data }, { kind: 'in-sync' }]);
  });

  it('keeps data of which nobody knows since when its meta is gone', async () => {
    const clock = createManualClock();
    const pair = createPair({ clock, memory: { versions: true, clock }, workerLifetimeMs: lifetime });
    await pair.put(`${cluster}/config`, 'c');
    await pair.put(data, 'snapshot'); // Its meta never came.
    await pair.reconcile();
    await pair.remove(data);
    await clock.advance(10 * lifetime);
    expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'deferred', key: data }));
  });

  it('that only waits does not trip the brake', async () => {
    const pair = await replicated({ brake: { deletes: 0, prunedBackups: 1 } });
    const other = data.replace('000012', '000013');
    await pair.put(other, 'snapshot');
    await pair.reconcile();
    await pair.remove(other);
    await prune(pair);
    await pair.converge(meta);
    const outcomes = await pair.reconcile();
    expect(outcomes.filter(({ kind }) => kind === 'deferred')).toHaveLength(2);
    expect(outcomes.filter(({ kind }) => kind === 'braked')).toEqual([]);
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

  it('never bring the spec without the marker that the source has, whatever fails', async () => {
    for (const code of ['Unavailable', 'PermissionDenied', 'TooLarge'] as const) {
      const faults = faultsByRule([{ operation: 'write', key: created, fault: { kind: 'error', code } }]);
      const pair = createPair({ destinationLayers: [faults.layer] });
      await pair.put(spec, '{}');
      await pair.put(created, '{"timestamp":1}');
      expect(await pair.converge(spec)).toMatchObject([
        { kind: 'failed', key: created },
        { kind: 'deferred', key: spec },
      ]);
      expect(await contents(pair.destination)).toEqual({});
    }
  });

  it.each(['event', 'reconcile'])('go with the spec first where deletes follow, by %s', async (how) => {
    const deleted: string[] = [];
    const note = instrument(({ operation, key }) => operation === 'delete' && deleted.push(key), systemClock);
    const policy = { ...defaultPolicy, deletePolicy: () => 'follow' as const };
    const pair = createPair({ policy, destinationLayers: [note] });
    await pair.put(`${cluster}/config`, 'c');
    await pair.put(spec, '{}');
    await pair.put(created, '{"timestamp":1}');
    await pair.reconcile();
    await pair.remove(created);
    await pair.remove(spec);
    await (how === 'event' ? pair.converge(created) : pair.reconcile());
    expect(deleted).toEqual([spec, created]);
  });

  it('keep the marker while the spec stays, even where deletes follow', async () => {
    const policy = { ...defaultPolicy, deletePolicy: () => 'follow' as const };
    const pair = createPair({ policy });
    await pair.put(`${cluster}/config`, 'c');
    await pair.put(spec, '{}');
    await pair.put(created, '{"timestamp":1}');
    await pair.converge(spec);
    await pair.remove(created);
    expect(await pair.converge(created)).toMatchObject([
      { kind: 'in-sync', key: spec },
      { kind: 'deferred', key: created },
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
      { kind: 'in-sync', key: spec },
      { kind: 'retained', key: created },
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

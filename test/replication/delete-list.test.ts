import { describe, expect, it } from '@jest/globals';
import { Brake } from '../../lib/replication/brake.ts';
import { DeleteList, type Deletion } from '../../lib/replication/delete-list.ts';
import { DeletePermit, deleteKindOf } from '../../lib/replication/delete-permit.ts';
import type { Outcome } from '../../lib/replication/outcome.ts';
import { cluster, createPair } from './pair.ts';

const deletion = (...names: [string, ...string[]]): Deletion => ({
  keys: names.map((name) => `${cluster}/addons/a/${name}`) as [string, ...string[]],
  run: async () => [],
});

function createList(deletes: number, deletePolicy: 'follow' | 'retain' = 'follow') {
  const brake = new Brake({ deletes, prunedBackups: 0 });
  const outcomes: Outcome[] = [];
  const context = { brake, policy: { carries: () => true, deletePolicy: () => deletePolicy } } as never;
  return { brake, outcomes, list: new DeleteList(context, (outcome) => outcomes.push(outcome)) };
}

describe('the list of deletes of a reconcile', () => {
  it('holds none of a cluster any more as soon as they are too many, and counts every key', () => {
    const { list, outcomes } = createList(1);
    list.add(deletion('spec', 'created'));
    expect(outcomes).toMatchObject([{ kind: 'braked' }, { kind: 'braked' }]);
    expect([...list.permitted()]).toEqual([]);
  });

  it('asks the brake again at the end: slots may have gone since', () => {
    const { list, outcomes, brake } = createList(1);
    list.add(deletion('x'));
    brake.reserve(cluster, 'deletes');
    expect([...list.permitted()]).toEqual([]);
    expect(outcomes).toMatchObject([{ kind: 'braked' }]);
  });

  it('reports every key that is retained, and takes no slot for it', () => {
    const { list, outcomes } = createList(0, 'retain');
    list.add(deletion('spec', 'created'));
    expect(outcomes).toMatchObject([{ kind: 'retained' }, { kind: 'retained' }]);
  });

  it('turns a defect in one delete into its failure', async () => {
    const { list } = createList(1);
    list.add({ ...deletion('x'), run: () => Promise.reject(new TypeError('a secret')) });
    const outcomes = await Promise.all([...list.permitted()].map((run) => run()));
    expect(outcomes).toMatchObject([[{ kind: 'failed', reason: 'unexpected TypeError' }]]);
  });
});

it('counts meta and data of backups apart, and the rest together', () => {
  const info = { class: 'etcd-backup', cluster } as const;
  expect(deleteKindOf('x/_etcd_backup.meta', info)).toBe('metas of pruned backups');
  expect(deleteKindOf('x/etcd.backup.gz', info)).toBe('data of pruned backups');
  expect(deleteKindOf('x', { class: 'unknown', cluster })).toBe('deletes');
});

it("never permits a delete of the project's own objects", () => {
  const policy = { deletePolicy: () => 'follow' } as const;
  expect(new DeletePermit({ policy } as never, { class: undefined, cluster: undefined }).policy).toBe('retain');
});

it('deletes of a configuration count at the brake also when the rest of it changed', async () => {
  const pair = createPair({ brake: { deletes: 2, prunedBackups: 0 } });
  const groups = [1, 2, 3].map((i) => `${cluster}/instancegroup/nodes-${i}`);
  await Promise.all([`${cluster}/config`, ...groups].map((key) => pair.put(key, key)));
  await pair.reconcile();
  await Promise.all(groups.map(pair.remove));
  await pair.put(`${cluster}/config`, 'changed');
  const kinds = (await pair.reconcile()).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['braked', 'braked', 'braked', 'written']);
});

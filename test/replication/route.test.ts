import { describe, expect, it } from '@jest/globals';
import type { KeyInfo } from '../../lib/kops/layout.ts';
import type { ObjectClass } from '../../lib/kops/object-class.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { cluster, contents, createPair } from './pair.ts';

const config = `${cluster}/config`;
const nodes = `${cluster}/instancegroup/nodes`;
const addons = `${cluster}/clusteraddons/default`;
const secret = `${cluster}/secrets/admin`;
const backup = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012`;
const control = `${cluster}/backups/etcd/main/control`;

const without = (...classes: ObjectClass[]) => ({
  carries: ({ class: name }: KeyInfo) => name === undefined || !classes.includes(name),
  deletePolicy: () => 'follow' as const,
});

describe('a route that carries a part of a group', () => {
  it('brings instance groups without config, and nothing else because of them', async () => {
    const pair = createPair({ policy: without('config') });
    await Promise.all([config, nodes, secret].map((key) => pair.put(key, key)));
    await pair.converge(nodes);
    expect(await contents(pair.destination)).toEqual({ [nodes]: nodes });
  });

  it('deletes nothing of a configuration that it does not carry', async () => {
    const pair = createPair({ policy: without('cluster-addons') });
    await pair.put(config, 'c');
    await pair.destination.write(addons, textSource('theirs'));
    await pair.converge(config);
    expect(await contents(pair.destination)).toEqual({ [config]: 'c', [addons]: 'theirs' });
  });

  it.each([
    ['etcd-backup', `${backup}/etcd.backup.gz`, `${backup}/_etcd_backup.meta`],
    ['etcd-control', `${control}/etcd-cluster-created`, `${control}/etcd-cluster-spec`],
  ] as const)('leaves %s alone', async (name, first, second) => {
    const pair = createPair({ policy: without(name) });
    await Promise.all([first, second].map((key) => pair.put(key, key)));
    expect(await pair.converge(first)).toMatchObject([
      { kind: 'not-carried', key: first },
      { kind: 'not-carried', key: second },
    ]);
    expect(pair.requests()).toEqual([]);
  });

  it('says nothing of what only the destination has, and takes no slot of the brake for it', async () => {
    const pair = createPair({ policy: without('secret'), brake: { deletes: 0, prunedBackups: 0 } });
    await pair.put(config, 'c');
    await pair.reconcile();
    await pair.destination.write(secret, textSource('theirs'));
    expect(await pair.reconcile()).toMatchObject([{ kind: 'in-sync', key: config }]);
  });
});

it("never carries one of the project's own objects, whatever the policy says", async () => {
  const pair = createPair({ policy: without() });
  await pair.put('.statesync/tmp/x', 'x');
  expect(await pair.converge('.statesync/tmp/x')).toMatchObject([{ kind: 'not-carried' }]);
  expect(pair.requests()).toEqual([]);
});

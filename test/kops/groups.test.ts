import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitMarkerOf, type Group, groupId, groupOf, inDeleteOrder, inWriteOrder } from '../../lib/kops/groups.ts';
import { sampleKeys } from './sample-keys.ts';

const cluster = 'tests/minimal.example.com';
const directory = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/`;
const control = `${cluster}/backups/etcd/main/control/`;
const configuration: Group = {
  kind: 'configuration',
  cluster,
  config: `${cluster}/config`,
  prefixes: [`${cluster}/instancegroup/`, `${cluster}/clusteraddons/`],
};

describe('groupOf', () => {
  it.each(['config', 'instancegroup/nodes', 'instancegroup/master-1', 'clusteraddons/default'])(
    'puts %s into the configuration of its cluster',
    (path) => {
      expect(groupOf(`${cluster}/${path}`)).toEqual(configuration);
    },
  );

  it.each(['etcd.backup.gz', '_etcd_backup.meta'])('puts %s into its backup', (file) => {
    expect(groupOf(`${directory}${file}`)).toEqual({
      kind: 'etcd-backup',
      cluster,
      directory,
      data: `${directory}etcd.backup.gz`,
      meta: `${directory}_etcd_backup.meta`,
    });
  });

  it.each(['etcd-cluster-created', 'etcd-cluster-spec'])(
    'puts %s into the control files of its etcd cluster',
    (file) => {
      expect(groupOf(`${control}${file}`)).toEqual({
        kind: 'etcd-control',
        cluster,
        directory: control,
        created: `${control}etcd-cluster-created`,
        spec: `${control}etcd-cluster-spec`,
      });
    },
  );

  it.each([
    `${directory}notes.txt`,
    `${control}2026-01-31T05:00:00Z-000000/_command.json`,
    `${cluster}/secrets/dockerconfig`,
    `${cluster}/kops-version.txt`,
    `${cluster}/instancegroup/old/nodes`,
    '.statesync/config',
    'README.txt',
  ])('leaves %s alone', (key) => {
    expect(groupOf(key)).toEqual({ kind: 'single', key });
  });

  it('groups a backup and a configuration that name no cluster', () => {
    expect(groupOf('etcd/2026-01-31T04:00:00Z-000012/etcd.backup.gz')).toMatchObject({
      kind: 'etcd-backup',
      cluster: undefined,
      meta: 'etcd/2026-01-31T04:00:00Z-000012/_etcd_backup.meta',
    });
    expect(groupOf('config')).toMatchObject({ config: 'config', prefixes: ['instancegroup/', 'clusteraddons/'] });
  });

  it('gives every member of a group the same group', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const group = groupOf(key);
        expect(membersOf(group, key)).toContain(key);
        for (const member of membersOf(group, key)) {
          expect(groupOf(member)).toEqual(group);
          expect(groupId(groupOf(member))).toBe(groupId(group));
        }
      }),
    );
  });

  it('gives two groups two ids', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        const same = JSON.stringify(groupOf(a)) === JSON.stringify(groupOf(b));
        expect(groupId(groupOf(a)) === groupId(groupOf(b))).toBe(same);
      }),
    );
  });
});

describe('the order inside a group', () => {
  it('writes the commit marker last and deletes it first, whatever the order of the keys', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const group = groupOf(key);
        const members = membersOf(group, key);
        const written = inWriteOrder(group, members.toReversed());
        expect(written.toSorted()).toEqual(members.toSorted());
        expect(written.at(-1)).toBe(commitMarkerOf(group));
        expect(inDeleteOrder(group, members)).toEqual(written.toReversed());
      }),
    );
  });

  it('writes data before meta, created before spec, instance groups before config', () => {
    const order = (...names: string[]): readonly string[] => inWriteOrder(groupOf(names[0] ?? ''), names);
    expect(order(`${directory}_etcd_backup.meta`, `${directory}etcd.backup.gz`)[0]).toMatch(/etcd\.backup\.gz$/);
    expect(order(`${control}etcd-cluster-spec`, `${control}etcd-cluster-created`)[0]).toMatch(/created$/);
    expect(order(`${cluster}/config`, `${cluster}/instancegroup/b`, `${cluster}/instancegroup/a`)).toEqual([
      `${cluster}/instancegroup/a`,
      `${cluster}/instancegroup/b`,
      `${cluster}/config`,
    ]);
  });

  it('keeps the order of keys where the commit marker is not among them', () => {
    expect(inWriteOrder(configuration, [`${cluster}/instancegroup/b`, `${cluster}/instancegroup/a`])).toEqual([
      `${cluster}/instancegroup/a`,
      `${cluster}/instancegroup/b`,
    ]);
  });
});

const keys = fc.oneof(fc.constantFrom(...sampleKeys.map(([key]) => key)), fc.string());

/** All keys of a closed group; of a configuration its marker and some that may be there. */
function membersOf(group: Group, key: string): readonly string[] {
  switch (group.kind) {
    case 'single':
      return [group.key];
    case 'etcd-backup':
      return [group.data, group.meta];
    case 'etcd-control':
      return [group.created, group.spec];
    case 'configuration':
      return [...new Set([...group.prefixes.map((prefix) => `${prefix}a`), key, group.config])];
  }
}

import type { ObjectClass } from './object-class.ts';

/** A kind of key, and how to tell it. */
export interface KeyShape {
  readonly class: ObjectClass;
  /** Matches the whole of what follows a cluster's prefix. Its groups are the object's details. */
  readonly pattern: RegExp;
}

/**
 * Keys as kOps writes them, relative to the cluster's prefix, by their first segment. The first that fits counts.
 *
 * `{x}` stands for a segment or a part of one, `{x+}` for one or more segments. Where secrets live everything has a shape: nothing there is
 * taken for harmless.
 */
export const shapesByFirstSegment: ReadonlyMap<string, readonly KeyShape[]> = groupByFirstSegment([
  ['config', 'config'],
  ['instance-group', 'instancegroup/{name}'],
  ['cluster-addons', 'clusteraddons/{name}'],
  ['completed-spec', 'cluster-completed.spec'],
  ['completed-spec', 'cluster.spec'], // Up to kOps 1.21.
  ['completed-spec', 'kops-version.txt'],
  ['node-config', 'igconfig/{role}/{name}/{file}'],
  ['addon', 'addons/{name}.yaml'],
  ['addon', 'addons/{name}/{file}.yaml'],
  ['manifest', 'manifests/{name+}.yaml'],
  ['ssh-key', 'pki/ssh/public/{user}/{name}'],
  ['keyset', 'pki/private/{name}/{file+}'], // keyset.yaml; up to kOps 1.21 one <id>.key for each key.
  ['keyset', 'pki/issued/{name}/{file+}'], // Up to kOps 1.21.
  ['keyset', 'pki/{file+}'],
  ['secret', 'secrets/{name+}'],
  ['etcd-command', 'backups/etcd/{etcdCluster}/control/{time+}/_command.json'],
  ['etcd-control', 'backups/etcd/{etcdCluster}/control/etcd-cluster-created'],
  ['etcd-control', 'backups/etcd/{etcdCluster}/control/etcd-cluster-spec'],
  ['unknown', 'backups/etcd/{etcdCluster}/control/{file+}'],
  ['etcd-backup', 'backups/etcd/{etcdCluster}/{backup}/{file+}'],
  ['unknown', 'backups/etcd/{file+}'],
  ['discovery', '.well-known/openid-configuration'],
  ['discovery', 'openid/v1/jwks'],
]);

/**
 * Keys of parts that a cluster may keep in a place of their own (`keyStore`, `etcdClusters[].backups.backupStore`), at any depth. Nothing
 * in such a key says which cluster it is.
 */
export const detachedShapes: readonly KeyShape[] = (
  [
    ['etcd-command', 'control/{time+}/_command.json'],
    ['etcd-control', 'control/etcd-cluster-created'],
    ['etcd-control', 'control/etcd-cluster-spec'],
    ['etcd-backup', '{backup}/etcd.backup.gz'],
    ['etcd-backup', '{backup}/_etcd_backup.meta'],
    ['keyset', 'private/{name}/keyset.yaml'],
    ['ssh-key', 'ssh/public/{user}/{name}'],
  ] satisfies readonly Row[]
).map(([objectClass, template]) => ({ class: objectClass, pattern: compile('(?:^|/)', template) }));

/** What a key in one of kOps's directories is when it has none of the shapes. */
export const directoryClasses: ReadonlyMap<string, ObjectClass> = new Map([
  ['instancegroup', 'unknown'],
  ['clusteraddons', 'unknown'],
  ['igconfig', 'unknown'],
  ['addons', 'addon'],
  ['manifests', 'manifest'],
  ['pki', 'keyset'],
  ['secrets', 'secret'],
]);

type Row = readonly [ObjectClass, template: string];

function groupByFirstSegment(rows: readonly Row[]): ReadonlyMap<string, readonly KeyShape[]> {
  const groups = new Map<string, KeyShape[]>();
  for (const [objectClass, template] of rows) {
    const segment = /^[\w.-]+/.exec(template)?.[0] ?? '';
    const group = groups.get(segment) ?? [];
    group.push({ class: objectClass, pattern: compile('^', template) });
    groups.set(segment, group);
  }
  return groups;
}

function compile(start: string, template: string): RegExp {
  const body = template
    .replaceAll('.', '\\.')
    .replace(/\{(\w+)\+\}/g, '(?<$1>[^/]+(?:/[^/]+)*)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`${start}${body}$`);
}

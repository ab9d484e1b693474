import { compareKeys } from '../vfs/keys.ts';
import { classify } from './layout.ts';

/**
 * Keys that count only together, and are converged together in a fixed order.
 *
 * Directories and prefixes end in `/`. A cluster is undefined where the key does not say it: see `KeyInfo`.
 */
export type Group =
  /** A key that counts alone. */
  | { readonly kind: 'single'; readonly key: string }
  /** One backup of one etcd cluster. etcd-manager lists a backup by its meta, and writes that last. */
  | {
      readonly kind: 'etcd-backup';
      readonly cluster: string | undefined;
      readonly directory: string;
      readonly data: string;
      readonly meta: string;
    }
  /**
   * The control files of one etcd cluster. A spec without the `created` marker tells etcd-manager to start an empty etcd, so the marker
   * comes first.
   */
  | {
      readonly kind: 'etcd-control';
      readonly cluster: string | undefined;
      readonly directory: string;
      readonly created: string;
      readonly spec: string;
    }
  /** What the users of one cluster wrote: `config`, and all there is under the prefixes. kOps takes the cluster to be there once `config` is. */
  | {
      readonly kind: 'configuration';
      readonly cluster: string | undefined;
      readonly config: string;
      readonly prefixes: readonly string[];
    };

/** The groups of one kind. */
export type GroupOf<K extends Group['kind']> = Extract<Group, { readonly kind: K }>;

/** The group that a key belongs to. A key of no larger group, known or not, is a group of its own. */
export function groupOf(key: string): Group {
  const { class: objectClass, cluster } = classify(key);
  switch (objectClass) {
    case 'config':
    case 'instance-group':
    case 'cluster-addons':
      return configurationGroup(cluster);
    case 'etcd-control':
      return etcdControlGroup(cluster, directoryOf(key));
    case 'etcd-backup':
      return etcdBackupGroup(cluster, key);
    default:
      return { kind: 'single', key };
  }
}

/** The configuration of a cluster; of the store itself, for one that begins at a cluster's prefix. */
export function configurationGroup(cluster: string | undefined): Group & { readonly kind: 'configuration' } {
  const prefix = cluster === undefined ? '' : `${cluster}/`;
  return {
    kind: 'configuration',
    cluster,
    config: `${prefix}config`,
    prefixes: [`${prefix}instancegroup/`, `${prefix}clusteraddons/`],
  };
}

/** Names a group, the same for each of its keys. Two groups of one store never have the same id. */
export function groupId(group: Group): string {
  return `${group.kind}:${anchorOf(group)}`;
}

/** The key that is written last: with it, the group counts at the destination. */
export function commitMarkerOf(group: Group): string {
  switch (group.kind) {
    case 'single':
      return group.key;
    case 'etcd-backup':
      return group.meta;
    case 'etcd-control':
      return group.spec;
    case 'configuration':
      return group.config;
  }
}

/** Puts keys of one group into the order in which they are written: by name, the commit marker last. */
export function inWriteOrder(group: Group, keys: readonly string[]): readonly string[] {
  const marker = commitMarkerOf(group);
  const others = keys.filter((key) => key !== marker).toSorted(compareKeys);
  return keys.includes(marker) ? [...others, marker] : others;
}

/** Puts keys of one group into the order in which they are deleted: the commit marker first, so that nothing half deleted counts. */
export function inDeleteOrder(group: Group, keys: readonly string[]): readonly string[] {
  return inWriteOrder(group, keys).toReversed();
}

function etcdControlGroup(cluster: string | undefined, directory: string): Group {
  const created = `${directory}etcd-cluster-created`;
  return { kind: 'etcd-control', cluster, directory, created, spec: `${directory}etcd-cluster-spec` };
}

/** Only data and meta make a backup; what else lies in its directory counts alone. */
function etcdBackupGroup(cluster: string | undefined, key: string): Group {
  const directory = directoryOf(key);
  const data = `${directory}etcd.backup.gz`;
  const meta = `${directory}_etcd_backup.meta`;
  return key === data || key === meta
    ? { kind: 'etcd-backup', cluster, directory, data, meta }
    : { kind: 'single', key };
}

function anchorOf(group: Group): string {
  switch (group.kind) {
    case 'single':
      return group.key;
    case 'etcd-backup':
    case 'etcd-control':
      return group.directory;
    case 'configuration':
      return group.config;
  }
}

function directoryOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

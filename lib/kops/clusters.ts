import type { Store } from '../vfs/store.ts';
import type { ListPage } from '../vfs/types.ts';
import { directoryClasses } from './key-shapes.ts';
import { classify } from './layout.ts';

/** A cluster that a state store holds. */
export interface ClusterAddress {
  /** May be path-like: `tests/minimal.example.com`. */
  readonly name: string;
  /** The name and a `/`: what every key of the cluster begins with. */
  readonly prefix: string;
}

/** A directory with what only a cluster has, and without a `config`: kOps does not see it. */
export interface LostCluster extends ClusterAddress {
  /** What tells that it is one: names of files, and of directories with a `/`. */
  readonly signs: readonly string[];
  /** Whether instance groups are among it, or additional objects. They lie beside the `config` always; anything else lies where the `configBase` is. */
  readonly hasGroups: boolean;
}

export interface DiscoveryOptions {
  /**
   * Where to begin, ending in `/`.
   * @default '' the whole store
   */
  readonly prefix?: string;
  readonly signal?: AbortSignal;
  /** Called once for each list request that is sent. */
  readonly onRequest?: () => void;
  /** Called for each directory that has lost its `config`, the root among them, where a store may begin inside of a cluster. */
  readonly onLost?: (lost: LostCluster) => void;
}

/** Directories listed at a time. */
const concurrency = 8;

/** Files that kOps writes directly under a cluster's prefix. Where one of them lies, kOps's directories beside it hold no cluster. */
const baseFiles: readonly string[] = ['config', 'cluster-completed.spec', 'cluster.spec', 'kops-version.txt'];

const baseDirectories: ReadonlySet<string> = new Set([...directoryClasses.keys(), 'backups', '.well-known', 'openid']);

/** Directories that nothing but kOps makes: those that lie beside the `config` always, and the one that lies where the `configBase` is. */
const groupDirectories: readonly string[] = ['instancegroup/', 'clusteraddons/'];
const telling: readonly string[] = [...baseFiles, ...groupDirectories, 'igconfig/'];

/** A directory of etcd-manager's backups: `2026-01-31T04:00:00Z-000012/`. There may be thousands beside each other. */
const backupDirectory = /\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-\d+\/$/;

/**
 * Finds the clusters of a state store, those nearest to the root first.
 *
 * A cluster is a directory with a `config` in it, at whatever depth, as for `kops get clusters`; but where kOps lists every key of the
 * store, backups included, this lists directories only: one request (or as many as it has pages) for each cluster and each directory above one.
 * Rejects with `VfsError` when any listing fails: what was found until then is not all.
 */
export async function* discoverClusters(
  store: Pick<Store, 'listPage'>,
  options: DiscoveryOptions = {},
): AsyncGenerator<ClusterAddress, void, undefined> {
  let level: readonly string[] = [options.prefix ?? ''];
  while (level.length > 0) {
    const below: string[] = [];
    for (let i = 0; i < level.length; i += concurrency) {
      const batch = level.slice(i, i + concurrency);
      const found = await Promise.all(batch.map((prefix) => listDirectory(store, prefix, options)));
      for (const { prefix, isCluster, directories } of found) {
        if (isCluster) {
          yield { name: prefix.slice(0, -1), prefix };
        }
        below.push(...directories);
      }
    }
    level = below;
  }
}

interface Directory {
  readonly prefix: string;
  readonly isCluster: boolean;
  /** Directories in it that may be clusters, or hold some. */
  readonly directories: readonly string[];
}

async function listDirectory(
  store: Pick<Store, 'listPage'>,
  prefix: string,
  { signal, onRequest, onLost }: DiscoveryOptions,
): Promise<Directory> {
  const names = new Set<string>();
  const directories: string[] = [];
  let pageToken: string | undefined;
  do {
    onRequest?.();
    const page: ListPage = await store.listPage(prefix, {
      delimiter: '/',
      ...(pageToken !== undefined && { pageToken }),
      ...(signal && { signal }),
    });
    for (const { key } of page.entries) {
      names.add(key.slice(prefix.length));
    }
    for (const path of page.prefixes) {
      names.add(path.slice(prefix.length));
      directories.push(path);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  const loss = lossOf(prefix, names);
  if (loss !== undefined) {
    onLost?.(loss);
  }
  const isBase = prefix !== '' && telling.some((name) => names.has(name));
  return {
    prefix,
    isCluster: prefix !== '' && names.has('config'),
    directories: directories.filter((path) =>
      mayHoldClusters(path, isBase ? path.slice(prefix.length, -1) : undefined),
    ),
  };
}

/** Directories that have lost their `config`, by the keys of a whole store. */
export function lostClustersIn(keys: Iterable<string>): readonly LostCluster[] {
  const found = new Map<string, Set<string>>();
  for (const key of keys) {
    const { cluster } = classify(key);
    const [name = '', below] = cluster === undefined ? [] : key.slice(cluster.length + 1).split('/', 2);
    if (cluster !== undefined) {
      found.set(cluster, (found.get(cluster) ?? new Set()).add(below === undefined ? name : `${name}/`));
    }
  }
  return [...found].flatMap(([cluster, names]) => lossOf(`${cluster}/`, names) ?? []);
}

/** A version alone tells nothing: any file may be called so. */
function lossOf(prefix: string, names: ReadonlySet<string>): LostCluster | undefined {
  const signs = telling.filter((name) => names.has(name));
  const isTold = signs.some((name) => name !== 'kops-version.txt');
  const hasGroups = groupDirectories.some((name) => names.has(name));
  return isTold && !names.has('config') ? { name: prefix.slice(0, -1), prefix, signs, hasGroups } : undefined;
}

function mayHoldClusters(directory: string, nameInBase: string | undefined): boolean {
  if (backupDirectory.test(`/${directory}`) || (nameInBase !== undefined && baseDirectories.has(nameInBase))) {
    return false;
  }
  const inside = classify(`${directory}config`);
  return inside.class === 'config' && inside.cluster === directory.slice(0, -1);
}

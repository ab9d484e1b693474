import type { Reference } from '../../../kops/cluster-references.ts';
import { isOwnKey } from '../../../kops/layout.ts';
import type { Node } from '../../node.ts';
import type { StoreProblem, StoreRule, StoreSubject } from '../../rule.ts';
import { meansHere } from '../locations.ts';

/** What `kops delete cluster` knows (`DeleteAllClusterState`, pkg/client/simple/vfsclientset/clientset.go). */
const knownFiles: readonly string[] = ['config', 'cluster.spec', 'cluster-completed.spec', 'kops-version.txt'];
const knownDirectories: readonly string[] = [
  'addons',
  'clusteraddons',
  'pki',
  'secrets',
  'instancegroup',
  'igconfig',
  'manifests',
  'backups',
  // Deleted before the others are looked at, where the cluster publishes them here.
  '.well-known',
  'openid',
];

const foreignFile: StoreRule = {
  id: 'CLUSTER-FOREIGN-FILE',
  on: 'store',
  severity: 'warning',
  title: "Nothing but kOps's own files lies below the prefix of a cluster.",
  explanation:
    '`kops delete cluster` refuses with `refusing to delete: unknown file found` as long as there is a file that it does not know, after it has deleted secrets and keys. Move such files elsewhere.',
  *check(subject) {
    const counts = new Map<string, number>();
    for (const place of foreignPlaces(subject)) {
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    for (const [key, count] of counts) {
      const what = key.endsWith('/') ? `${count} ${count === 1 ? 'file' : 'files'} in a directory` : 'a file';
      yield {
        key,
        detail: `${what} that kOps does not know: kops delete cluster would refuse; move it out of the cluster's prefix`,
      };
    }
  },
};

/** Files that kOps does not know; for one further down, the directory right below the prefix. */
function foreignPlaces({ files, prefix }: StoreSubject): readonly string[] {
  return [...files.keys()].flatMap((key) => {
    const [first = '', ...rest] = key.split('/');
    const known = rest.length === 0 ? knownFiles : knownDirectories;
    // In a store that begins at the cluster, the project's own directory may lie beside it.
    const isKnown = known.includes(first) || (prefix === '' && isOwnKey(key));
    return isKnown ? [] : rest.length === 0 ? first : `${first}/`;
  });
}

/** kOps: `listNames` (pkg/client/simple/vfsclientset/cluster.go). */
const strayConfig: StoreRule = {
  id: 'STRAY-CONFIG-KEY',
  on: 'store',
  severity: 'warning',
  title: 'No other key below the prefix of a cluster ends in `/config`.',
  explanation:
    'kOps takes every key of the state store that ends in `/config` for a cluster: `kops get clusters` then fails, or shows a cluster that is none. Rename the object: an instance group, a secret or an additional object may not be called `config`.',
  *check({ files, cluster }) {
    for (const key of files.keys()) {
      if (key.endsWith('/config')) {
        const taken = `${cluster.name}/${key.slice(0, -'/config'.length)}`;
        yield {
          key,
          detail: `kOps takes this for a cluster named ${JSON.stringify(taken)}: rename it, or move it out of the state store`,
        };
      }
    }
  },
};

const elsewhere: StoreRule = {
  id: 'CONFIG-BASE-ELSEWHERE',
  on: 'store',
  severity: 'warning',
  title: '`configBase` points to where the cluster lies.',
  explanation:
    'Instance groups are read from the state store, and all that kOps generates is written to `configBase`. Where the two differ, a cluster is in two places, and neither is whole; in a copy of a store, kOps would go on writing into the original. Let `configBase` be the URL of the state store and the name of the cluster, or leave it out.',
  *check(subject) {
    const base = subject.cluster.spec.at('configStore', 'base');
    if (base.text !== undefined && !meansHere(base.text, subject)) {
      const here = `${subject.storeUrl.replace(/\/+$/, '')}/${subject.prefix}`.replace(/\/+$/, '');
      yield at(base, `configBase is ${base.text}, but the cluster lies in ${here}: what kOps generates goes elsewhere`);
    }
  },
};

/** kOps: `ClusterVFS.find` (pkg/client/simple/vfsclientset/cluster.go), which warns of it and goes on. */
const anotherName: StoreRule = {
  id: 'CLUSTER-NAME-ELSEWHERE',
  on: 'store',
  severity: 'error',
  title: 'The cluster has the name of the directory in which it lies.',
  explanation:
    'kOps finds a cluster by its directory, and from then on goes by `metadata.name`: where the two differ it reads and writes the instance groups, keys and secrets of the other cluster. Most often the `config` was copied from there: put its last version back, from the bucket or from a replica.',
  *check({ cluster, prefix }) {
    const directory = lastOf(prefix);
    if (directory !== '' && cluster.name !== '' && cluster.name !== directory) {
      const detail = `metadata.name is ${JSON.stringify(cluster.name)}, but this is the directory of cluster ${JSON.stringify(directory)}: kOps would work on the other cluster`;
      yield at(cluster.root.at('metadata', 'name'), detail);
    }
  },
};

/**
 * kOps: `VFSClientBase.readAll` finds instance groups by their files, and all that follows goes by their names; `Update` then looks for a file
 * of that name (pkg/client/simple/vfsclientset).
 */
const anotherGroupName: StoreRule = {
  id: 'INSTANCE-GROUP-NAME-ELSEWHERE',
  on: 'store',
  severity: 'error',
  title: 'An instance group has the name of its file.',
  explanation:
    'kOps lists instance groups by the files of `instancegroup/`, and goes by `metadata.name` from then on. Where the two differ, `kops update cluster --yes` makes machines of that name, and leaves those of the other to themselves; no kOps can edit or delete the group, since it looks for a file of that name. Give the group the name of its file again, or put the last version of the file back. To rename a group, create a new one and delete the old one with `kops`.',
  *check({ instanceGroups, prefix }) {
    for (const { name, root, document } of instanceGroups) {
      const key = document.file.slice(prefix.length);
      const expected = key.slice(groupDirectory.length);
      if (key.startsWith(groupDirectory) && name !== '' && name !== expected) {
        const detail = `metadata.name is ${JSON.stringify(name)}, but this is the file of instance group ${JSON.stringify(expected)}: kOps would make machines of another group, and could not edit this one`;
        yield { ...at(root.at('metadata', 'name'), detail), key };
      }
    }
  },
};

const groupDirectory = 'instancegroup/';

const shared: StoreRule = {
  id: 'STORES-SHARED',
  on: 'store',
  severity: 'error',
  title: 'No two clusters keep their state, keys, secrets or backups in one place.',
  explanation:
    'Two clusters in one place overwrite each other: their certificates, secrets and etcd control files have the same names, and deleting one cluster deletes what the other lives from. Give each cluster places of its own, best by leaving the fields out. Copies of one cluster are not compared with each other.',
  *check(subject) {
    const own = storesOf(subject);
    const others = subject.others.filter(
      ({ name }) => lastOf(name) !== (lastOf(subject.prefix) || subject.cluster.name),
    );
    for (const { field, url, node } of own) {
      const other = others.find(({ stores }) => placesOf(stores).some((store) => clash({ field, url }, store)));
      if (other !== undefined) {
        yield at(
          node,
          `${url} is used by cluster ${JSON.stringify(other.name)} too: each cluster needs a place of its own`,
        );
      }
    }
  },
};

/** Of these, what is wrong with the configuration itself: a gate goes by them too. */
export const configurationRules: readonly StoreRule[] = [anotherName, anotherGroupName];

export const placementRules: readonly StoreRule[] = [
  foreignFile,
  strayConfig,
  anotherName,
  anotherGroupName,
  elsewhere,
  shared,
];

/** The places that a spec names, without those inside of its `configBase`, which are shared when that is. */
function storesOf({ cluster: { spec } }: StoreSubject): readonly (Reference & { readonly node: Node })[] {
  const base = spec.at('configStore', 'base');
  const nodes = [
    base,
    spec.at('configStore', 'keypairs'),
    spec.at('configStore', 'secrets'),
    ...spec.at('etcdClusters').items.map((etcd) => etcd.at('backups', 'backupStore')),
  ];
  return nodes.flatMap((node) => {
    const url = node.text?.replace(/\/+$/, '');
    const isWithin = node !== base && base.text !== undefined && url !== undefined && isInside(url, base.text);
    return url === undefined || isWithin ? [] : [{ field: node === base ? 'base' : 'part', url, node }];
  });
}

/** The places of another cluster, likewise. */
function placesOf(stores: readonly Reference[]): readonly Reference[] {
  const base = stores.find(isBase);
  return stores.filter((store) => base === undefined || !isInside(store.url, base.url));
}

function isBase({ field }: Reference): boolean {
  return field === 'spec.configBase' || field === 'spec.configStore.base';
}

/** A cluster's own directory may lie above that of another, whose name is longer; no part of it may. */
function clash(own: Reference, other: Reference): boolean {
  return own.field === 'base'
    ? own.url === other.url || (!isBase(other) && isInside(other.url, own.url))
    : own.url === other.url || isInside(own.url, other.url) || isInside(other.url, own.url);
}

function isInside(url: string, directory: string): boolean {
  return url.startsWith(`${directory.replace(/\/+$/, '')}/`);
}

function lastOf(name: string): string {
  return name.split('/').filter(Boolean).at(-1) ?? '';
}

function at({ object, path }: Node, detail: string): StoreProblem {
  return { key: 'config', detail, range: object.rangeOf(path) };
}

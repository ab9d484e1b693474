import type { KopsObject } from '../../kops-object.ts';
import type { StoreProblem, StoreRule, StoreSubject } from '../../rule.ts';
import { minute } from '../etcd-directories.ts';
import { runningCluster } from '../locations.ts';
import { type NodeConfigFields, nodeConfigPlaces, nodeConfigRoot, nodeConfigsOf } from '../node-configs.ts';

const again = 'run kops update cluster --yes, which writes it again';

/** What kOps calls the directory of a role (`InstanceGroupRole.ToLowerString`), where that is not its name in small letters. */
const roleDirectories: Readonly<Record<string, string>> = { ControlPlane: 'control-plane' };

/** kOps: `BootstrapScriptBuilder.ResourceNodeUp` (pkg/model/bootstrapscript.go), which passes bastions over. */
const missing: StoreRule = {
  id: 'NODE-CONFIG-MISSING',
  on: 'store',
  severity: 'warning',
  title: 'Every instance group that was applied has its node configuration.',
  explanation:
    'A machine fetches `igconfig/<role>/<instance group>/nodeupconfig.yaml` when it starts, by itself or from kops-controller, and stops without it. `kops update cluster --yes` writes it. Bastions, and stores without any such file, are let alone, and so are instance groups that were not applied yet: those that were created after all that have node configuration, and whose file is newer than `cluster-completed.spec`.',
  *check(subject) {
    const root = nodeConfigRoot(subject);
    const groups = new Set(nodeConfigPlaces(subject).map(({ instanceGroup }) => instanceGroup));
    if (root === undefined || groups.size === 0 || !subject.files.has('cluster-completed.spec')) {
      return;
    }
    const newest = Math.max(
      ...subject.instanceGroups
        .filter(({ name }) => groups.has(name))
        .map(createdAt)
        .filter(Number.isFinite),
    );
    for (const group of subject.instanceGroups) {
      const { name, spec } = group;
      const role = spec.at('role').text;
      const isNamed = subject.files.has(`instancegroup/${name}`); // Else another rule says so.
      const wasApplied = isNamed && (createdAt(group) <= newest + together || isOlderThanUpdate(subject, name));
      if (role !== undefined && role !== 'Bastion' && !groups.has(name) && wasApplied) {
        const key = `${root}${roleDirectories[role] ?? role.toLowerCase()}/${name}/nodeupconfig.yaml`;
        const detail = `instance group ${JSON.stringify(name)} has no node configuration, and new machines of it do not start: ${again}`;
        yield { key, detail };
      }
    }
  },
};

/** How long it takes at most to create the groups of a manifest, and at least until they are applied. */
const together = minute;

/** When kOps created a group, in milliseconds; a time to which nothing compares where the file does not say. */
function createdAt({ root }: KopsObject): number {
  return Date.parse(root.at('metadata', 'creationTimestamp').text ?? '');
}

/** By the times of the files, which mean little in a copy of a store. */
function isOlderThanUpdate({ files }: StoreSubject, group: string): boolean {
  const written = files.get(`instancegroup/${group}`)?.modifiedAt;
  const applied = files.get('cluster-completed.spec')?.modifiedAt;
  return written !== undefined && applied !== undefined && written <= applied;
}

/** kOps: `DeleteInstanceGroup` (pkg/instancegroups/delete.go), which removes the instance group and its machines alone. */
const leftover: StoreRule = {
  id: 'NODE-CONFIG-LEFTOVER',
  on: 'store',
  severity: 'info',
  title: 'Node configuration belongs to an instance group that is there.',
  explanation:
    '`kops delete instancegroup` leaves the node configuration of the group behind, and nobody reads it any more. Delete it, once no machine of the group runs. If the group was not deleted on purpose, bring `instancegroup/<name>` back.',
  *check(subject) {
    const isAny = [...subject.files.keys()].some((key) => key.startsWith('instancegroup/'));
    for (const { instanceGroup: name, directory } of isAny ? nodeConfigPlaces(subject) : []) {
      if (!subject.files.has(`instancegroup/${name}`)) {
        yield {
          key: directory,
          detail: `there is no instance group ${JSON.stringify(name)}: it was deleted, or is lost`,
        };
      }
    }
  },
};

const networks = ['nonMasqueradeCIDR', 'serviceClusterIPRange'] as const;

/** kOps: `nodeup.NewConfig` (pkg/apis/nodeup/config.go). */
const foreign: StoreRule = {
  id: 'NODE-CONFIG-CLUSTER',
  on: 'store',
  severity: 'error',
  title: 'Node configuration is that of this cluster.',
  explanation:
    'It gives the name of the cluster and its networks. Where they are not those of the spec that was applied last, the file was copied from another cluster, and a machine that starts with it joins none, or the wrong one. `kops update cluster --yes` writes it again.',
  *check(subject) {
    for (const { key, fields } of nodeConfigsOf(subject)) {
      const wrong = fields === undefined ? 'this is no node configuration' : whyForeign(subject, fields);
      if (wrong !== undefined) {
        yield { key, detail: `${wrong}: ${again}` };
      }
    }
  },
};

function whyForeign(subject: StoreSubject, fields: NodeConfigFields): string | undefined {
  const { name } = runningCluster(subject);
  if (fields.clusterName !== undefined && fields.clusterName !== name) {
    return `its ClusterName is ${JSON.stringify(fields.clusterName)}, but the cluster is ${JSON.stringify(name)}`;
  }
  for (const network of networks) {
    const [written, expected] = [fields.networks[network], subject.applied?.spec.at('networking', network).text];
    if (written !== undefined && expected !== undefined && written !== expected) {
      return `its ${network} is ${JSON.stringify(written)}, but that of the applied spec is ${JSON.stringify(expected)}`;
    }
  }
  return undefined;
}

/** kOps: `nodeUpConfigBuilder.BuildConfig` (pkg/nodemodel/nodeupconfigbuilder.go). Manifests of etcd have a rule of their own. */
const files: StoreRule = {
  id: 'NODE-CONFIG-FILES',
  on: 'store',
  severity: 'error',
  title: 'The manifests that node configuration names are there.',
  explanation:
    'A control plane machine fetches them when it starts, and stops at the first that is missing. `kops update cluster --yes` writes them again.',
  *check(subject) {
    const lost = new Set<string>();
    for (const { fields } of nodeConfigsOf(subject)) {
      for (const key of fields === undefined ? [] : manifestsOf(subject, fields)) {
        if (!subject.files.has(key)) {
          lost.add(key);
        }
      }
    }
    for (const key of lost) {
      yield { key, detail: `node configuration names this manifest, and it is absent: ${again}` };
    }
  },
};

function manifestsOf(
  subject: StoreSubject,
  { channelsManifest, staticManifests }: NodeConfigFields,
): readonly string[] {
  const base = runningCluster(subject).spec.at('configStore', 'base').text?.replace(/\/+$/, '');
  return [
    ...(base !== undefined && channelsManifest?.startsWith(`${base}/`) === true
      ? [channelsManifest.slice(base.length + 1)]
      : []),
    ...staticManifests,
  ];
}

const stores = [
  ['keypairs', 'keys'],
  ['secrets', 'secrets'],
] as const;

const elsewhere: StoreRule = {
  id: 'NODE-CONFIG-STORES',
  on: 'store',
  severity: 'warning',
  title: 'The control plane reads keys and secrets from where the applied spec has them.',
  explanation:
    'The places were changed, and an instance group of the control plane was left out of the update: its machines go on reading from the former place, which must stay as long. `kops update cluster --yes` without a choice of instance groups writes its node configuration, and a rolling update brings it to the machines.',
  *check(subject) {
    for (const { key, fields } of nodeConfigsOf(subject)) {
      yield* formerStores(subject, key, fields);
    }
  },
};

function* formerStores(
  { applied }: StoreSubject,
  key: string,
  fields: NodeConfigFields | undefined,
): Iterable<StoreProblem> {
  for (const [field, what] of stores) {
    const [read, written] = [fields?.stores[field], applied?.spec.at('configStore', field).text];
    if (read !== undefined && written !== undefined && read !== written) {
      yield {
        key,
        detail: `machines read ${what} from ${read}, but the applied spec has them in ${written}: ${again}`,
      };
    }
  }
}

export const nodeConfigRules: readonly StoreRule[] = [missing, leftover, foreign, files, elsewhere];

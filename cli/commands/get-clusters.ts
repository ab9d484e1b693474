import type { Command } from 'commander';
import { carriesCluster, storeNamed } from '../../lib/config/routes.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import type { ClusterSummary } from '../../lib/kops/cluster-summary.ts';
import { type ClusterAddress, discoverClusters } from '../../lib/kops/clusters.ts';
import type { Restorability } from '../../lib/kops/restorability.ts';
import { isVfsError } from '../../lib/vfs/errors.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodeOfError, exitCodes, usageError } from '../exit-codes.ts';
import { locate } from '../open-location.ts';
import { Report, type ReportShape } from '../output/report.ts';
import { renderTable } from '../output/table.ts';
import { formatTime } from '../output/text.ts';
import type { Shell } from '../shell.ts';

interface GetClustersOptions {
  readonly state?: string;
  readonly allStores?: boolean;
}

/** Adds `get clusters`. */
export function addGetClusters(get: Command, shell: Shell): void {
  get
    .command('clusters')
    .alias('cluster')
    .argument(
      '[store]',
      'a URL, a directory, or a store of the configuration; else the state store that kOps would use',
    )
    .option('--state <store>', "the state store, as for kOps (default: KOPS_STATE_STORE, then kOps's own files)")
    .option('-A, --all-stores', 'the clusters of all stores of the configuration')
    .description('List the clusters of a state store')
    .addHelpText('after', help)
    .action(shell.action(getClusters));
}

const help = `
Clusters are found by listing directories; backups are never listed.
LAST CHANGE is when somebody last changed the configuration: config, an instance group, an addon.
RESTORABLE says whether every place that the cluster names as its state is carried by a route
of the configuration; without a configuration, whether it lies in the store itself.

Examples:
  statesync get clusters
  statesync get clusters --state s3://acme-kops-state
  statesync get clusters ./working-copy -o json
  statesync get clusters -A`;

/** A cluster as documents show it: what is not known is null. */
type ClusterItem = Pick<ClusterSummary, 'name' | 'restorability'> & {
  readonly store: string;
} & {
  readonly [Field in 'cloud' | 'kubernetesVersion' | 'kopsVersion' | 'instanceGroups' | 'changedAt']: NonNullable<
    ClusterSummary[Field]
  > | null;
};

/** A store to look into, by the name under which it is shown. */
interface NamedStore {
  readonly label: string;
  readonly store: Store;
}

async function getClusters(
  context: CommandContext,
  [text]: readonly (string | undefined)[],
  options: GetClustersOptions,
): Promise<ExitCode> {
  if ([text, options.state, options.allStores].filter((choice) => choice !== undefined).length > 1) {
    throw usageError('STORE, --state and --all-stores exclude each other: name one');
  }
  const stores = await storesFor(context, text, options);
  const report = new Report(shapeFor(options.allStores === true), context.format, context.io.stdout);
  let exitCode: ExitCode = exitCodes.clean;
  let count = 0;
  for (const named of stores) {
    try {
      for (const { item, failure } of await clustersOf(context, named)) {
        count += 1;
        await warnOf(context, item);
        await report.add(item);
        exitCode = failure === undefined ? exitCode : exitCodeOfError(failure);
      }
    } catch (error) {
      if (stores.length === 1 || !isVfsError(error)) {
        throw error;
      }
      await context.warn(`${named.label}: ${error.message}`);
      exitCode = exitCodeOfError(error);
    }
  }
  if (count === 0) {
    await context.note(`No clusters found in ${stores.map(({ store }) => store.url).join(', ')}`);
  }
  await report.end({});
  return exitCode;
}

async function storesFor(
  context: CommandContext,
  text: string | undefined,
  { state, allStores }: GetClustersOptions,
): Promise<readonly NamedStore[]> {
  if (allStores === true) {
    return allStoresOf(context);
  }
  if (text === undefined) {
    const { openStateStore } = await import('../state-store.ts');
    const store = await openStateStore(context, state);
    return [{ label: store.url, store }];
  }
  const { definition, prefix, name } = await locate(context, text);
  if (prefix !== '') {
    throw usageError(`${text} names a cluster; a store is expected, such as ${name}`);
  }
  const store = await context.open(definition, { readOnly: true });
  return [{ label: name ?? store.url, store }];
}

async function allStoresOf(context: CommandContext): Promise<readonly NamedStore[]> {
  const config = await context.config();
  if (config === undefined) {
    throw usageError('--all-stores needs a configuration: there is no ./statesync.yaml; name one with --config FILE');
  }
  const entries = Object.entries(config.resolved.stores);
  return mapConcurrently(entries, 4, async ([label, { definition }]) => ({
    label,
    store: await context.open(definition, { readOnly: true }),
  }));
}

interface Described {
  readonly item: ClusterItem;
  /** Why the cluster could not be read. */
  readonly failure?: unknown;
}

/** The clusters of one store, each described; of one that cannot be read, its name. */
async function clustersOf(context: CommandContext, { label, store }: NamedStore): Promise<readonly Described[]> {
  const { signal } = context.io;
  const addresses: ClusterAddress[] = [];
  for await (const address of discoverClusters(store, { signal })) {
    addresses.push(address);
  }
  const covered = await coverage(context, store);
  const { summarizeCluster } = await import('../../lib/kops/cluster-summary.ts');
  return mapConcurrently(addresses, 8, async (address) => {
    try {
      const summary = await summarizeCluster(store, address, { covered: covered(address.name), signal });
      return { item: itemOf(label, summary) };
    } catch (error) {
      if (!isVfsError(error) || error.code === 'Aborted') {
        throw error;
      }
      return { item: unreadable(label, address, error.message), failure: error };
    }
  });
}

/** What is carried of a cluster: by the routes of the configuration; without one, what lies in the store itself. */
async function coverage(context: CommandContext, store: Store): Promise<(cluster: string) => readonly string[]> {
  const config = await context.config();
  if (config === undefined) {
    return () => [store.url];
  }
  const { routes } = config.resolved;
  return (cluster) =>
    routes
      .filter((route) => carriesCluster(route, cluster))
      .flatMap(({ from }) => storeNamed(config.resolved, from)?.definition.url ?? []);
}

function itemOf(store: string, summary: ClusterSummary): ClusterItem {
  const { cloud = null, kubernetesVersion = null, kopsVersion = null, changedAt = null } = summary;
  return { store, ...summary, cloud, kubernetesVersion, kopsVersion, changedAt };
}

function unreadable(store: string, { name }: ClusterAddress, problem: string): ClusterItem {
  const unknown = { cloud: null, kubernetesVersion: null, kopsVersion: null, instanceGroups: null, changedAt: null };
  return { store, name, ...unknown, restorability: { kind: 'unreadable', problem } };
}

async function warnOf(context: CommandContext, { name, restorability }: ClusterItem): Promise<void> {
  if (restorability.kind === 'unreadable') {
    await context.warn(`${name} cannot be read: ${restorability.problem}`);
  }
  for (const reason of restorability.kind === 'not-restorable' ? restorability.reasons : []) {
    await context.warn(`${name} is not restorable: ${reason}`);
  }
}

const words: Readonly<Record<Restorability['kind'], string>> = {
  restorable: 'yes',
  'not-restorable': 'no',
  unreadable: 'unknown',
};

function shapeFor(allStores: boolean): ReportShape<ClusterItem, object> {
  const titles = ['NAME', 'CLOUD', 'KUBERNETES', 'KOPS', 'INSTANCE GROUPS', 'LAST CHANGE', 'RESTORABLE'];
  const columns = (allStores ? ['STORE', ...titles] : titles).map((title) => ({
    title,
    align: title === 'INSTANCE GROUPS' ? ('right' as const) : ('left' as const),
  }));
  const row = (item: ClusterItem) => [
    ...(allStores ? [item.store] : []),
    item.name,
    item.cloud ?? '-',
    item.kubernetesVersion ?? '-',
    item.kopsVersion ?? '-',
    String(item.instanceGroups ?? '-'),
    formatTime(item.changedAt ?? undefined),
    words[item.restorability.kind],
  ];
  return {
    kind: 'clusters',
    itemKind: 'cluster',
    itemsField: 'clusters',
    table: (items) => (items.length === 0 ? '' : renderTable(columns, items.map(row))),
  };
}

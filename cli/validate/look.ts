import { basename } from 'node:path';
import { matchesGlob } from '../../lib/config/glob.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import { type ClusterAddress, discoverClusters, type LostCluster } from '../../lib/kops/clusters.ts';
import type { Finding } from '../../lib/validation/finding.ts';
import { readOtherClusters } from '../../lib/validation/store/cluster-files.ts';
import { lostClusterFindings } from '../../lib/validation/store/lost-clusters.ts';
import { validateCluster } from '../../lib/validation/store/validate-cluster.ts';
import { type ManifestFile, type ManifestReport, validateManifests } from '../../lib/validation/validate-manifests.ts';
import type { KopsVersion } from '../../lib/validation/versions.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import type { CommandContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import { openLocation } from '../open-location.ts';
import { Progress } from '../output/progress.ts';
import { plural } from '../output/text.ts';
import { openStateStore } from '../state-store.ts';
import { sortPlaces } from './places.ts';

/** What is to be looked at, and how. */
export interface LookOptions {
  readonly state?: string;
  readonly cluster?: readonly string[];
  readonly kopsVersion: KopsVersion | undefined;
}

/** What was looked at, and what was found. */
export interface Looked {
  /** Whence the files come: the store whose keys they are named by, or undefined for paths. */
  readonly store: StoreDefinition | undefined;
  readonly files: readonly ManifestFile[];
  readonly findings: readonly Finding[];
  /** Objects of kOps's API that were seen. */
  readonly objects: number;
  /** The names of the clusters. */
  readonly clusters: readonly string[];
  /** How many instance groups there are. */
  readonly instanceGroups: number;
}

/** Looks at manifests, all as one set, and at stores. Without any place, at the state store that kOps would use. Reads what is piped in once. */
export async function look(
  context: CommandContext,
  places: readonly string[],
  options: LookOptions,
): Promise<readonly Looked[]> {
  const { manifests, stores } = await sortPlaces(context, places);
  const looked: Looked[] = [];
  if (manifests.length > 0) {
    const { kopsVersion } = options;
    const report = validateManifests(manifests, { kopsVersion, given: true });
    looked.push({ ...report, store: undefined, files: manifests, clusters: namesOf([report]) });
  }
  if (places.length === 0) {
    const store = await openStateStore(context, options.state);
    looked.push(
      await lookAtStore(context, { store, definition: { url: store.url }, prefix: '', label: store.url }, options),
    );
  }
  for (const place of stores) {
    const opened = await openLocation(context, place);
    looked.push(await lookAtStore(context, { ...opened, label: place }, options));
  }
  return looked;
}

interface Place {
  readonly store: Store;
  readonly definition: StoreDefinition;
  readonly prefix: string;
  readonly label: string;
}

/** Clusters looked at a time. */
const concurrency = 4;

async function lookAtStore(context: CommandContext, place: Place, options: LookOptions): Promise<Looked> {
  const { store, definition, label } = place;
  const { signal, clock, stderr } = context.io;
  const { all, meant, lost } = await findClusters(place, options, signal);
  const clusters = all.length > 1 || lost.length > 0 ? await readOtherClusters(store, all, signal) : [];
  const now = new Date(clock.now());
  const progress = new Progress({ out: stderr, clock, quiet: context.quiet, label: 'validate', total: meant.length });
  const losses = lostClusterFindings(lost, store.url, clusters);
  let found = losses.length;
  const reports = await mapConcurrently(meant, concurrency, async (one) => {
    const report = await validateCluster(store, one, { signal, kopsVersion: options.kopsVersion, now, clusters });
    found += report.findings.length;
    // On a terminal, a bar for all of them; a log gets a line for each.
    await (stderr.isTTY
      ? progress.step(plural(found, 'finding'))
      : context.note(`${one.slice(0, -1) || basename(label)}: ${plural(report.findings.length, 'finding')}`));
    return report;
  }).finally(() => progress.clear());
  return {
    store: definition,
    files: [...losses.map(({ file }) => ({ file, text: '' })), ...reports.flatMap(({ files }) => files)],
    findings: [...losses, ...reports.flatMap(({ findings }) => findings)],
    objects: reports.reduce((sum, { objects }) => sum + objects, 0),
    clusters: [...losses.flatMap(({ cluster }) => cluster ?? []), ...namesOf(reports)],
    instanceGroups: reports.reduce((sum, { instanceGroups }) => sum + instanceGroups, 0),
  };
}

interface FoundClusters {
  /** Prefixes of all clusters, and of those that are meant. */
  readonly all: readonly string[];
  readonly meant: readonly string[];
  /** Those that are meant and have lost their `config`. */
  readonly lost: readonly LostCluster[];
}

async function findClusters(
  { store, prefix, label }: Place,
  { cluster: globs }: LookOptions,
  signal: AbortSignal,
): Promise<FoundClusters> {
  const isMeant = (found: ClusterAddress): boolean =>
    found.prefix.startsWith(prefix) && (globs === undefined || globs.some((glob) => matchesGlob(glob, found.name)));
  const all: string[] = [];
  const meant: string[] = [];
  const losses: LostCluster[] = [];
  for await (const found of discoverClusters(store, { signal, onLost: (one) => losses.push(one) })) {
    all.push(found.prefix);
    if (isMeant(found)) {
      meant.push(found.prefix);
    }
  }
  // The root of a store is a cluster only where the store begins inside of one.
  const lost = losses.filter((one) => isMeant(one) && (one.prefix !== '' || all.length === 0));
  if (meant.length > 0 || lost.length > 0) {
    return { all, meant, lost };
  }
  // A directory of one cluster, which has no parent that is a store.
  if (globs === undefined && (await store.find('config', { signal })) !== undefined) {
    return { all, meant: [''], lost };
  }
  throw usageError(`there is no cluster in ${label}${globs === undefined ? '' : ` that ${globs.join(' or ')} means`}`);
}

function namesOf(reports: readonly ManifestReport[]): readonly string[] {
  return reports.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster.name));
}

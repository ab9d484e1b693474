import { type Command, Option } from 'commander';
import { matchesGlob } from '../../lib/config/glob.ts';
import { storeNamed } from '../../lib/config/routes.ts';
import { FindingRecords } from '../../lib/findings/finding-records.ts';
import type { ChangeRecord, FindingsRecord } from '../../lib/findings/record.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { type ChangeItem, changesShape, type FindingsItem, recordsShape } from '../output/recorded-findings.ts';
import { Report } from '../output/report.ts';
import { plural } from '../output/text.ts';
import type { Shell } from '../shell.ts';

interface GetFindingsOptions {
  readonly history?: boolean;
  readonly failOn: 'error' | 'warning';
}

/** Adds `get findings`. */
export function addGetFindings(get: Command, shell: Shell): void {
  get
    .command('findings')
    .alias('finding')
    .argument('[cluster]', 'only this cluster; * stands for any signs, ? for one')
    .option('--history', 'what changed, and when, instead of what there is now')
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that ends with exit code 2')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .description('Show what the validate function has found in the clusters of the routes')
    .addHelpText('after', help)
    .action(shell.action(getFindings));
}

const help = `
Findings are read from the control store of the configuration, where the function keeps them;
no cluster is looked at. statesync validate looks itself, now. statesync explain RULE says more.
INVALID SINCE is since when kOps would refuse the configuration: as long as a gate holds it back.

Examples:
  statesync get findings
  statesync get findings prod.k8s.example.com
  statesync get findings 'prod.*' --history
  statesync get findings -o json --fail-on warning`;

async function getFindings(
  context: CommandContext,
  [cluster]: readonly (string | undefined)[],
  { history = false, failOn }: GetFindingsOptions,
): Promise<ExitCode> {
  const places = await placesOf(context);
  const found = await Promise.all(places.map((place) => clustersIn(context, place, cluster)));
  const clusters = found.flat();
  if (clusters.length === 0) {
    const which = cluster === undefined ? '' : ` of ${cluster}`;
    await context.note(`No findings${which} are recorded yet: the validate function keeps them as soon as it runs`);
  }
  return history
    ? showChanges(context, clusters)
    : showRecords(context, clusters, { failOn, isNamed: cluster !== undefined });
}

/** The records of one store. */
interface Place {
  readonly store: string;
  readonly records: FindingRecords;
}

interface RecordedCluster extends Place {
  readonly name: string;
}

/** A place for each source of a route. */
async function placesOf(context: CommandContext): Promise<readonly Place[]> {
  const config = await context.config();
  if (config === undefined) {
    throw usageError('get findings needs a configuration: there is no ./statesync.yaml; name one with --config FILE');
  }
  const { resolved, path } = config;
  if (resolved.control === undefined) {
    throw usageError(`${path} names no control store, where findings are kept; add control and validate to it`);
  }
  if (resolved.validate === undefined) {
    await context.warn(`${path} does not ask for validation: what is shown may be old; add validate to it`);
  }
  const control = await context.open(resolved.control.definition, { readOnly: true });
  const sources = [...new Set(resolved.routes.map(({ from }) => from))];
  return sources.flatMap((store) => {
    const definition = storeNamed(resolved, store)?.definition;
    return definition === undefined ? [] : { store, records: new FindingRecords(control, definition) };
  });
}

async function clustersIn(
  { io }: CommandContext,
  place: Place,
  glob: string | undefined,
): Promise<readonly RecordedCluster[]> {
  const names = await place.records.clusters(io.signal);
  return names.filter((name) => glob === undefined || matchesGlob(glob, name)).map((name) => ({ ...place, name }));
}

async function showRecords(
  context: CommandContext,
  clusters: readonly RecordedCluster[],
  { failOn, isNamed }: { readonly failOn: GetFindingsOptions['failOn']; readonly isNamed: boolean },
): Promise<ExitCode> {
  const items = await mapConcurrently(clusters, 8, (cluster) => itemOf(context, cluster));
  const report = new Report<FindingsItem, object>(recordsShape, context.format, context.io.stdout);
  let isFailing = false;
  for (const item of items.flat()) {
    // What was found in a cluster that is gone is gone with it; who asks for it by name is told so.
    if (item.state !== 'gone' || isNamed) {
      await report.add(item);
      isFailing ||= item.counts.error > 0 || (failOn === 'warning' && item.counts.warning > 0);
    }
  }
  await report.end({});
  return isFailing ? exitCodes.differences : exitCodes.clean;
}

async function itemOf(context: CommandContext, { store, name, records }: RecordedCluster): Promise<FindingsItem[]> {
  const stored = await records.read(name, context.io.signal);
  if (stored !== undefined && stored.record === undefined) {
    await context.warn(`${name}: its record is not of a version that this program reads`);
  }
  return stored?.record === undefined ? [] : [shown(store, stored.record)];
}

function shown(storeName: string, { version: _version, untold: _untold, ...record }: FindingsRecord): FindingsItem {
  return { storeName, ...record, invalidSince: record.invalidSince ?? null };
}

async function showChanges(context: CommandContext, clusters: readonly RecordedCluster[]): Promise<ExitCode> {
  const report = new Report<ChangeItem, object>(changesShape, context.format, context.io.stdout);
  const all = await mapConcurrently(clusters, 4, async ({ store, name, records }) => {
    const changes = await records.changes(name, context.io.signal);
    return changes.map(({ version: _version, ...change }: ChangeRecord) => ({ storeName: store, ...change }));
  });
  const changes = all.flat().sort((a, b) => (a.judgedAt < b.judgedAt ? -1 : 1));
  for (const change of changes) {
    await report.add(change);
  }
  await report.end({});
  await context.note(plural(changes.length, 'change'));
  return exitCodes.clean;
}

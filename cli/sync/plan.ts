import type { ResolvedConfig } from '../../lib/config/resolved.ts';
import { sensitiveClasses } from '../../lib/kops/object-class.ts';
import { guaranteeOf } from '../../lib/replication/guarantee.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { locatePair } from '../locate-pair.ts';
import { formatBytes, plural } from '../output/text.ts';
import { type Destination, openDestination } from './destination.ts';
import { warnOfOthers } from './leases.ts';
import { createPolicy, type Leg, legsBetween, type PolicyOptions, type SyncPolicy } from './policy.ts';
import { refuseUnsafe } from './refusals.ts';
import { type Survey, survey } from './survey.ts';

/** The options of `sync`, but for how it asks. */
export interface SyncOptions extends PolicyOptions {
  readonly dryRun?: boolean;
  /** Groups of objects in flight. */
  readonly concurrency: number;
}

/** What a reconcile by hand needs once everything is decided. */
export interface Plan {
  /** What every key that is meant begins with. */
  readonly prefix: string;
  readonly legs: readonly Leg[];
  readonly policy: SyncPolicy;
  readonly source: Store;
  readonly destination: Destination;
  readonly survey: Readonly<Survey>;
  readonly options: SyncOptions;
  /** The control store, where TO is a store of a configuration that names one. */
  readonly control?: StoreDefinition;
  /** What the configuration accepts of what the gate finds. */
  readonly waivers?: ResolvedConfig['waivers'];
}

/** Decides what is carried where, refuses what is not safe, and lists both ends. Changes nothing. */
export async function makePlan(context: CommandContext, from: string, to: string, options: SyncOptions): Promise<Plan> {
  const pair = await locatePair(context, from, to);
  const isNamed = pair.from.name !== undefined || pair.to.name !== undefined;
  const config = isNamed ? (await context.config())?.resolved : undefined;
  const legs = legsBetween(config, pair.from.name, pair.to.name);
  const policy = createPolicy(options, legs);
  await refuseUnsafe(context, pair, legs, options);
  const [source, destination] = await Promise.all([
    context.open(pair.from.definition, { readOnly: true }),
    openDestination(context, pair.to.definition, { dryRun: options.dryRun === true }),
  ]);
  const { prefix } = pair;
  const counts = await survey(source, destination.look, { prefix, policy, signal: context.io.signal });
  if (counts.inFrom === 0) {
    throw new CommandError(`${source.url}/${prefix} holds no object; check the name. Nothing was changed`);
  }
  const control = pair.to.name === undefined ? undefined : config?.control?.definition;
  const waivers = config?.waivers;
  const known = { ...(control && { control }), ...(waivers && { waivers }) };
  return { prefix, legs, policy, source, destination, survey: counts, options, ...known };
}

/** Whether carrying a plan out may change anything at all. */
export function mayChange({ survey: { missing, undecided, surplus }, options }: Plan): boolean {
  return missing + undecided + (options.delete === true ? surplus : 0) > 0;
}

/** Tells the user of a plan, and warns of what follows from it. */
export async function tellPlan(context: CommandContext, plan: Plan, when: 'always' | 'unless quiet'): Promise<void> {
  const { survey: counts, options, source, destination } = plan;
  const text = describe(plan);
  await (when === 'always' ? context.say(text) : context.note(text));
  if (counts.objects === 0) {
    await context.warn('nothing in FROM is meant by these options');
  }
  if (options.sensitive === 'exclude') {
    const names = [...sensitiveClasses].join(', ');
    await context.warn(`TO is incomplete: without ${names} no cluster can be restored from it alone`);
  }
  const { writes, reads, conditionsMissing } = guaranteeOf(source, destination.look);
  if (writes === 'leased' && plan.control === undefined) {
    await warnOfOthers(context, conditionsMissing);
  }
  if (reads === 'eventual') {
    await context.warn('what was changed a moment ago may be missed; the same command finds it later');
  }
}

function describe({ legs, source, destination, survey: counts, policy: { brake }, options }: Plan): string {
  const routes = legs.map(({ route }) => route.name).join(', ');
  const deleted = `deleted where their class is not kept, up to ${brake.deletes} and ${plural(brake.prunedBackups, 'pruned backup')} a cluster`;
  const fate = options.delete === true ? deleted : 'kept, since --delete was not given';
  return [
    `from    ${source.url}`,
    `to      ${destination.look.url}`,
    `policy  ${routes === '' ? 'by hand' : `route ${routes}`}`,
    `plan    ${plural(counts.objects, 'object')}, ${formatBytes(counts.bytes)}: ${counts.settled} equal by their listings, ${counts.missing} to write, ${counts.undecided} to compare`,
    `        ${counts.surplus} only in TO${counts.surplus === 0 ? '' : `, ${fate}`}`,
    `        ${counts.leftOut} left out`,
  ].join('\n');
}

import { carriedClasses } from '../../lib/config/carried-classes.ts';
import { defaultBrake, defaultGate, type GateMode, gateModes } from '../../lib/config/defaults.ts';
import type { ResolvedConfig, ResolvedDestination, ResolvedRoute } from '../../lib/config/resolved.ts';
import { carries, deletePolicyOf, destinationNamed } from '../../lib/config/routes.ts';
import { defaultDeletePolicy, neverCarriedClasses, sensitiveClasses } from '../../lib/kops/object-class.ts';
import type { BrakeLimits } from '../../lib/replication/brake.ts';
import type { DestinationPolicy } from '../../lib/replication/replication-context.ts';
import { usageError } from '../exit-codes.ts';
import { createFilter, type FilterOptions, isMeant } from '../filter.ts';

/** The options of `sync` that decide what is carried and deleted. */
export interface PolicyOptions extends FilterOptions {
  readonly delete?: boolean;
  readonly sensitive?: 'include' | 'exclude';
  readonly maxDeletes?: number;
  readonly maxPrunedBackups?: number;
  readonly gate?: GateMode;
}

/** A route between the two stores of a command. */
export interface Leg {
  readonly route: ResolvedRoute;
  readonly destination: ResolvedDestination;
}

/** The routes of the configuration that lead from one store to another, by the names of both. */
export function legsBetween(
  config: ResolvedConfig | undefined,
  from: string | undefined,
  to: string | undefined,
): readonly Leg[] {
  return (config?.routes ?? []).flatMap((route) => {
    const destination = route.from === from && to !== undefined ? destinationNamed(route, to) : undefined;
    return destination === undefined ? [] : [{ route, destination }];
  });
}

/** What one reconcile by hand carries and deletes, and how much of the latter. */
export interface SyncPolicy extends DestinationPolicy {
  readonly brake: BrakeLimits;
  readonly gate: GateMode;
}

/**
 * The policy of a reconcile by hand.
 *
 * Where routes lead from the one store to the other, theirs holds and the options only narrow it. Deletes happen only with `--delete`.
 */
export function createPolicy(options: PolicyOptions, legs: readonly Leg[]): SyncPolicy {
  refuseNeverCarried(options);
  const filter = createFilter(options);
  return {
    carries: (info) =>
      isMeant(filter, info) &&
      info.class !== undefined &&
      !neverCarriedClasses.has(info.class) &&
      !(options.sensitive === 'exclude' && sensitiveClasses.has(info.class)) &&
      (legs.length === 0 || legs.some(({ route, destination }) => carries(route, destination, info))),
    deletePolicy: (objectClass) => {
      const policies =
        legs.length === 0
          ? [defaultDeletePolicy[objectClass]]
          : legs.map(({ destination }) => deletePolicyOf(destination, objectClass));
      return options.delete === true && policies.every((policy) => policy === 'follow') ? 'follow' : 'retain';
    },
    brake: brakeOf(options, legs),
    gate: options.gate ?? gateOfLegs(legs),
  };
}

/** The classes that hold keys or secrets and would be carried, were `--sensitive` not needed. */
export function sensitiveOf(options: PolicyOptions): readonly string[] {
  const { classes } = createFilter(options);
  return carriedClasses.filter((name) => sensitiveClasses.has(name) && classes.has(name));
}

function brakeOf({ maxDeletes, maxPrunedBackups }: PolicyOptions, legs: readonly Leg[]): BrakeLimits {
  const limits = legs.length === 0 ? [defaultBrake] : legs.map(({ route }) => route.brake);
  return {
    deletes: maxDeletes ?? Math.min(...limits.map(({ deletes }) => deletes)),
    prunedBackups: maxPrunedBackups ?? Math.min(...limits.map(({ prunedBackups }) => prunedBackups)),
  };
}

/** The strictest gate among routes; the default where there is none. */
function gateOfLegs(legs: readonly Leg[]): GateMode {
  return gateModes.find((mode) => legs.some(({ route }) => route.gate === mode)) ?? defaultGate;
}

function refuseNeverCarried(options: PolicyOptions): void {
  const asked = (options.class ?? []).find((name) => neverCarriedClasses.has(name));
  if (asked !== undefined) {
    throw usageError(
      `--class ${asked}: a command to etcd-manager is never copied, since it would be carried out again; leave it out`,
    );
  }
}

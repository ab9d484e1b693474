import { setMaxListeners } from 'node:events';
import type { Leases } from '../control/leases.ts';
import type { Clock } from '../flow/clock.ts';
import { forEachConcurrently } from '../flow/concurrency.ts';
import { Limiter } from '../flow/limiter.ts';
import { Turns } from '../flow/turns.ts';
import { type Group, groupId } from '../kops/groups.ts';
import { VfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import { Brake, type BrakeLimits } from './brake.ts';
import { convergeGroup, distinct, groupsOf } from './converge-group.ts';
import type { Gate } from './gate.ts';
import { guaranteeOf } from './guarantee.ts';
import { withLeases } from './hold-lease.ts';
import type { Outcome } from './outcome.ts';
import { type ReconcileOptions, type ReportOutcome, reconcilePrefix } from './reconcile.ts';
import type { DestinationPolicy, ReplicationContext } from './replication-context.ts';
import { StandingClusters } from './standing-clusters.ts';

export interface ReplicatorOptions {
  readonly source: Store;
  readonly destination: Store;
  readonly policy: DestinationPolicy;
  readonly clock: Clock;
  readonly brake: BrakeLimits;
  /** Judges a cluster's configuration before it is changed at the destination. @default none: every configuration is copied as it is */
  readonly gate?: Gate;
  /** @default 900000, the longest that a Lambda function may run */
  readonly workerLifetimeMs?: number;
  /** In bytes. @default 8 MiB */
  readonly partSize?: number;
  /** @default 4 */
  readonly partsInFlight?: number;
  /** Bytes of content in memory at one time; at least one part fits. @default 32 MiB */
  readonly memoryLimit?: number;
  /** Groups in flight. @default 16 */
  readonly concurrency?: number;
  /** Keep the workers apart at a destination without conditional writes or deletes. */
  readonly leases?: Leases;
  /**
   * Accept such a destination without leases: for one writer at a time, by hand. @default false
   */
  readonly unguarded?: boolean;
  /** See `ReplicationContext`. @default 900000 */
  readonly lagMs?: number;
}

/** Replicates one source to one destination. */
export interface Replicator {
  readonly source: Store;
  readonly destination: Store;

  /**
   * Converges the groups that the keys are about, each once, and resolves to the outcomes for each key given: those of its whole groups.
   *
   * Never rejects for a store's error; see the outcome `failed`.
   */
  converge(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly Outcome[]>>;

  /** Converges everything under a prefix; the empty one is the whole store. Rejects when a listing fails. */
  reconcile(prefix: string, report: ReportOutcome, signal: AbortSignal, options?: ReconcileOptions): Promise<void>;
}

/**
 * Makes a replicator. Leases are taken where the destination lacks a condition, and nowhere else. Throws `Unsupported` for a pair of stores that needs them
 * and is given none, unless `unguarded` accepts that.
 */
export function createReplicator(options: ReplicatorOptions): Replicator {
  const { source, destination, concurrency = 16, memoryLimit = 32 * 1024 * 1024 } = options;
  const memory = new Limiter(memoryLimit);
  const { writes, leases } = guardOf(options);
  const turns = new Turns();
  const contextFor = (signal: AbortSignal): ReplicationContext => {
    setMaxListeners(0, signal); // One signal serves all requests of a window.
    const context: ReplicationContext = {
      workerLifetimeMs: 900_000,
      partSize: 8 * 1024 * 1024,
      partsInFlight: 4,
      lagMs: 900_000,
      ...options,
      signal,
      memory,
      writes,
      brake: new Brake(options.brake),
      clusters: new StandingClusters(source, destination, signal),
      hold: (_group, work) => work(context),
    };
    return leases === undefined ? context : withLeases(context, { leases, turns });
  };
  return {
    source,
    destination,
    async converge(keys, signal) {
      const context = contextFor(signal);
      const groups = new Map(keys.map((key) => [key, groupsOf(key, options.gate)]));
      const byGroup = new Map<string, readonly Outcome[]>();
      await forEachConcurrently(distinct([...groups.values()].flat()), concurrency, async (group) => {
        byGroup.set(groupId(group), await convergeGroup(context, group));
      });
      const outcomesOf = (own: readonly Group[]) => own.flatMap((group) => byGroup.get(groupId(group)) ?? []);
      return new Map([...groups].map(([key, own]) => [key, outcomesOf(own)]));
    },
    reconcile: (prefix, report, signal, reconcileOptions = {}) =>
      reconcilePrefix(contextFor(signal), prefix, report, { concurrency, ...reconcileOptions }),
  };
}

/** What keeps the workers of a pair apart. Throws where nothing does. */
function guardOf({
  source,
  destination,
  leases,
  unguarded = false,
}: ReplicatorOptions): Pick<ReplicationContext, 'writes'> & { readonly leases?: Leases } {
  const { writes, conditionsMissing } = guaranteeOf(source, destination);
  if (writes === 'cas') {
    return { writes };
  }
  if (leases !== undefined) {
    return { writes, leases };
  }
  if (unguarded) {
    return { writes: 'unguarded' };
  }
  const reason = `this pair needs a control store, which keeps its workers apart: ${conditionsMissing.join('; ')}. Name one under control; without it, one writer at a time may use the pair by hand (statesync sync)`;
  throw new VfsError({
    code: 'Unsupported',
    operation: 'replicate',
    target: `${source.url} → ${destination.url}`,
    reason,
  });
}

import type { Clock } from '../flow/clock.ts';
import type { Limiter } from '../flow/limiter.ts';
import type { Group } from '../kops/groups.ts';
import type { KeyInfo } from '../kops/layout.ts';
import type { DeletePolicy, ObjectClass } from '../kops/object-class.ts';
import type { Store } from '../vfs/store.ts';
import type { Brake } from './brake.ts';
import type { Gate } from './gate.ts';
import type { StandingClusters } from './standing-clusters.ts';

/** What a route wants of one destination. */
export interface DestinationPolicy {
  /** Whether the destination carries an object; what it does not carry is neither read nor deleted. */
  carries(info: KeyInfo): boolean;
  deletePolicy(objectClass: ObjectClass): DeletePolicy;
}

/** One source and one destination, and the limits of the work between them. Lives for one window: a batch of events, or one reconcile. */
export interface ReplicationContext {
  readonly source: Store;
  readonly destination: Store;
  readonly policy: DestinationPolicy;
  readonly brake: Brake;
  /** Undefined where configurations are not judged. */
  readonly gate?: Gate;
  readonly clusters: StandingClusters;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a worker may live, in milliseconds: what was decided longer ago cannot be carried out any more. */
  readonly workerLifetimeMs: number;
  /** Objects up to this size travel whole, larger ones in parts, in bytes. */
  readonly partSize: number;
  /** Parts of one object in flight. */
  readonly partsInFlight: number;
  /** Bounds the bytes of content that are in memory at one time, of all windows of a replicator. */
  readonly memory: Limiter;
  /**
   * What keeps other workers away: the destination's own conditions, leases, or nobody. But with `cas`, a condition that the destination does not have is left out.
   */
  readonly writes: 'cas' | 'leased' | 'unguarded';
  /** How far behind its newest revision a store may answer that is not strongly consistent, in milliseconds. */
  readonly lagMs: number;

  /**
   * Runs work on a group while nobody else changes it at the destination, where leases see to that; within it, with the context that it is given.
   *
   * Rejects with `LeaseHeldError` where somebody else is at it.
   */
  hold<T>(group: Group, work: (context: ReplicationContext) => Promise<T>): Promise<T>;
}

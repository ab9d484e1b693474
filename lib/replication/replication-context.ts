import type { Clock } from '../flow/clock.ts';
import type { Limiter } from '../flow/limiter.ts';
import type { KeyInfo } from '../kops/layout.ts';
import type { DeletePolicy, ObjectClass } from '../kops/object-class.ts';
import type { Store } from '../vfs/store.ts';
import type { Brake } from './brake.ts';
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
   * Accept a destination that cannot do conditional writes or deletes: for one writer at a time, by hand. Without it such a pair is refused.
   */
  readonly unguarded: boolean;
}

import { type Coordination, changeConditions, lacksOf } from '../vfs/coordination.ts';
import type { Store } from '../vfs/store.ts';

/**
 * What a pair of stores promises (docs/promises.md).
 *
 * `cas`: any number of workers at any time; with distinct contents a replica never goes back. `leased`: the same as long as no worker outlives its
 * lease, which the control store gives. `eventual`: a store may answer with an older revision, so a replica may stay behind until the next reconcile.
 */
export type Guarantee = 'cas' | 'leased' | 'eventual' | 'leased and eventual';

export interface PairGuarantee {
  readonly guarantee: Guarantee;
  /** What keeps two workers apart: the destination's conditions, or leases, which need a control store. */
  readonly writes: 'cas' | 'leased';
  /** Whether both stores answer with the newest that they hold. */
  readonly reads: 'strong' | 'eventual';
  /** What `writes` lacks for `cas`, in sentences. */
  readonly conditionsMissing: readonly string[];
  /** What the pair lacks for `cas`, in sentences. */
  readonly missing: readonly string[];
}

/** The guarantee of a pair, and what it lacks for the best one. */
export function guaranteeOf(source: Store, destination: Store): PairGuarantee {
  const conditionsMissing = sentencesOf(destination, changeConditions);
  const lags = [source, destination].flatMap((store) => sentencesOf(store, ['stronglyConsistent']));
  const writes = conditionsMissing.length === 0 ? 'cas' : 'leased';
  const reads = lags.length === 0 ? 'strong' : 'eventual';
  return {
    guarantee: wordFor(writes, reads),
    writes,
    reads,
    conditionsMissing,
    missing: [...lags, ...conditionsMissing],
  };
}

function sentencesOf({ url, capabilities }: Store, names: readonly Coordination[]): readonly string[] {
  return lacksOf(capabilities, names).map((lack) => `${url} ${lack}`);
}

function wordFor(writes: PairGuarantee['writes'], reads: PairGuarantee['reads']): Guarantee {
  if (reads === 'strong') {
    return writes;
  }
  return writes === 'leased' ? 'leased and eventual' : 'eventual';
}

import { classify } from '../../lib/kops/layout.ts';
import { isSettled, type Pair, pairs } from '../../lib/replication/pairs.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { SyncPolicy } from './policy.ts';

/** What two listings say before anything is done. */
export interface Survey {
  /** All objects in FROM, carried or not. */
  inFrom: number;
  /** Objects in FROM that are carried. */
  objects: number;
  /** Their bytes. */
  bytes: number;
  /** Proved equal by the listings alone. */
  settled: number;
  /** Not in TO yet. */
  missing: number;
  /** In both, and to be looked at: they differ, or the listings cannot tell. */
  undecided: number;
  /** In TO only. */
  surplus: number;
  /** On either side, and not carried. */
  leftOut: number;
}

/** Lists both stores, and counts what a reconcile will meet. */
export async function survey(
  source: Store,
  destination: Store,
  { prefix, policy, signal }: { readonly prefix: string; readonly policy: SyncPolicy; readonly signal: AbortSignal },
): Promise<Readonly<Survey>> {
  const counts: Survey = {
    inFrom: 0,
    objects: 0,
    bytes: 0,
    settled: 0,
    missing: 0,
    undecided: 0,
    surplus: 0,
    leftOut: 0,
  };
  for await (const pair of pairs(source.list(prefix, { signal }), destination.list(prefix, { signal }))) {
    const kind = kindOf(pair, policy);
    counts[kind] += 1;
    counts.inFrom += pair.source === undefined ? 0 : 1;
    if (pair.source !== undefined && kind !== 'leftOut') {
      counts.objects += 1;
      counts.bytes += pair.source.size;
    }
  }
  return counts;
}

function kindOf(pair: Pair, policy: SyncPolicy): 'settled' | 'missing' | 'undecided' | 'surplus' | 'leftOut' {
  if (!policy.carries(classify(pair.key))) {
    return 'leftOut';
  }
  if (pair.source === undefined) {
    return 'surplus';
  }
  if (pair.replica === undefined) {
    return 'missing';
  }
  return isSettled(pair) ? 'settled' : 'undecided';
}

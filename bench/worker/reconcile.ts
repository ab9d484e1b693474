import { Tally } from '../../lib/replication/outcome.ts';
import { type Ends, openReplicator } from '../place.ts';
import type { Work } from './job.ts';

/** Reconciles what is under a prefix, as the function does for a cluster. */
export async function reconcileJob({
  prefix,
  ...ends
}: Ends & { readonly prefix: string }): Promise<() => Promise<Work>> {
  const { replicator, close } = await openReplicator(ends);
  return async () => {
    const tally = new Tally();
    const reasons: string[] = [];
    await replicator.reconcile(
      prefix,
      (outcome) => {
        tally.add(outcome);
        if (outcome.kind === 'failed') {
          reasons.push(outcome.reason);
        }
      },
      AbortSignal.timeout(900_000),
    );
    await close();
    if (reasons.length > 0) {
      throw new Error(`${reasons.length} objects failed; the first: ${reasons[0]}`);
    }
    return { counts: { ...tally.toJSON() }, bytes: tally.bytesWritten };
  };
}

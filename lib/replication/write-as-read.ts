import { bytesBody } from '../vfs/body.ts';
import { isRefusedCondition } from '../vfs/errors.ts';
import type { Revision } from '../vfs/types.ts';
import type { ReadMember } from './configuration-set.ts';
import { cameFromDestination } from './converge-key.ts';
import { decide } from './decide.ts';
import { type Outcome, orFailure } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';
import { transfer } from './transfer.ts';

/**
 * Writes a member of a configuration as it was read, although the source has moved on since: the rest of its set may stand at the destination already, and what
 * the source holds now may never be let pass.
 *
 * Under the condition that the replica still has the revision that it had before the set was read, so that nothing newer is overwritten. The caller then looks at the
 * source again.
 */
export function writeAsRead(
  context: ReplicationContext,
  { stat, bytes }: ReadMember,
  before: Revision | undefined,
): Promise<Outcome> {
  const { key } = stat;
  return orFailure(key, async (): Promise<Outcome> => {
    const { source, destination, signal } = context;
    const replica = await destination.find(key, { signal });
    const written: Outcome = { kind: 'written', key, bytes: stat.size };
    const urls = { sourceUrl: source.url, destinationUrl: destination.url };
    const decision = decide({ source: stat, replica, deletes: 'retain', ...urls });
    if (decision.kind === 'in-sync') {
      return written;
    }
    if (decision.kind === 'loop') {
      return cameFromDestination(context, key);
    }
    const deferred: Outcome = { kind: 'deferred', key, reason: 'both ends moved on while its set was written' };
    if (bytes === undefined) {
      return deferred;
    }
    try {
      await transfer(context, { stat, body: bytesBody(bytes) }, before);
      return written;
    } catch (error) {
      if (isRefusedCondition(error)) {
        return deferred;
      }
      throw error;
    }
  });
}

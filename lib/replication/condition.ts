import type { DeleteCall } from '../vfs/store.ts';
import type { Precondition, Revision } from '../vfs/types.ts';
import type { ReplicationContext } from './replication-context.ts';

type Guarded = Pick<ReplicationContext, 'destination' | 'writes'>;

/** The condition of a write over this revision of the replica; undefined where there is none. */
export function writeCondition(context: Guarded, replace: Revision | undefined): Precondition {
  const { writeIfAbsent, writeIfMatch } = context.destination.capabilities;
  return replace === undefined
    ? asAble(context, writeIfAbsent, { kind: 'if-absent' })
    : asAble(context, writeIfMatch, { kind: 'if-match', revision: replace });
}

/** The condition under which parts are put together where a write has this one; undefined where they cannot be. */
export function completeCondition(context: Guarded, precondition: Precondition): Precondition | undefined {
  const { multipart, multipartConditional } = context.destination.capabilities;
  const able = multipartConditional || precondition.kind === 'none';
  return multipart && (able || context.writes !== 'cas') ? asAble(context, able, precondition) : undefined;
}

/** The condition of a delete of this revision of the replica. */
export function deleteCondition(context: Guarded, revision: Revision): NonNullable<DeleteCall['precondition']> {
  return asAble(context, context.destination.capabilities.deleteIfMatch, { kind: 'if-match', revision });
}

/** The condition, or none where the destination does not have it: then something else keeps others away. */
function asAble<P extends Precondition>(
  { writes }: Guarded,
  able: boolean,
  condition: P,
): P | (Precondition & { kind: 'none' }) {
  if (able) {
    return condition;
  }
  return writes === 'leased' ? { kind: 'none', guardedBy: 'lease' } : { kind: 'none' };
}

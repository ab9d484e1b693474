import type { DeletePolicy } from '../kops/object-class.ts';
import type { ObjectStat, Revision } from '../vfs/types.ts';
import { compare } from './compare.ts';
import type { Evidence } from './outcome.ts';
import { decodeStamp } from './stamp.ts';

/** What would make the destination agree with the source. */
export type Decision =
  | { readonly kind: 'in-sync'; readonly by: Evidence }
  /** Under `if-match` this revision of the replica; under `if-absent` where it is undefined. */
  | { readonly kind: 'write'; readonly replace: Revision | undefined }
  | { readonly kind: 'delete'; readonly replace: Revision }
  | { readonly kind: 'retain' }
  /** Sizes agree and nothing proves more: read both. */
  | { readonly kind: 'verify'; readonly replace: Revision }
  /** The source object came from this destination. */
  | { readonly kind: 'loop' };

export interface Situation {
  readonly source: ObjectStat | undefined;
  readonly replica: ObjectStat | undefined;
  readonly sourceUrl: string;
  readonly destinationUrl: string;
  readonly deletes: DeletePolicy;
}

/**
 * Decides from two stats alone.
 *
 * Pure, so that the same pair always gives the same decision, however many events announced the change and in what order.
 */
export function decide(situation: Situation): Decision {
  const { source, replica, sourceUrl } = situation;
  if (source === undefined) {
    return decideAbsent(situation);
  }
  const verdict = replica === undefined ? { kind: 'different' as const } : compare(source, replica, sourceUrl);
  if (verdict.kind === 'same') {
    return { kind: 'in-sync', by: verdict.by };
  }
  if (decodeStamp(source.metadata)?.store === situation.destinationUrl) {
    return { kind: 'loop' };
  }
  if (verdict.kind === 'cannot-tell' && replica !== undefined) {
    return { kind: 'verify', replace: replica.revision };
  }
  return { kind: 'write', replace: replica?.revision };
}

function decideAbsent({ replica, deletes }: Situation): Decision {
  if (replica === undefined) {
    return { kind: 'in-sync', by: 'absence' };
  }
  return deletes === 'retain' ? { kind: 'retain' } : { kind: 'delete', replace: replica.revision };
}

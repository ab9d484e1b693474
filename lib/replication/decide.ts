import type { DeletePolicy } from '../kops/object-class.ts';
import type { ObjectStat, Revision } from '../vfs/types.ts';
import { compare } from './compare.ts';
import type { Evidence } from './outcome.ts';
import { believedStamp, decodeStamp } from './stamp.ts';

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
  | { readonly kind: 'loop' }
  /** The source may have answered with what it held before the replica's revision: look again later. */
  | { readonly kind: 'look-later'; readonly reason: string };

export interface Situation {
  readonly source: ObjectStat | undefined;
  readonly replica: ObjectStat | undefined;
  readonly sourceUrl: string;
  readonly destinationUrl: string;
  readonly deletes: DeletePolicy;
  /** Of a source that may answer with an older revision; left out for any other. */
  readonly lag?: Lag;
}

/** How far behind a source's answer may be, in milliseconds, and what time it is. */
export interface Lag {
  readonly ms: number;
  readonly now: number;
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
  if (situation.lag !== undefined && isOlder(source, replica, sourceUrl)) {
    return { kind: 'look-later', reason: 'the source answered with a revision older than the one the replica is of' };
  }
  if (verdict.kind === 'cannot-tell' && replica !== undefined) {
    return { kind: 'verify', replace: replica.revision };
  }
  return { kind: 'write', replace: replica?.revision };
}

function decideAbsent({ replica, deletes, lag }: Situation): Decision {
  if (replica === undefined) {
    return { kind: 'in-sync', by: 'absence' };
  }
  if (deletes === 'retain') {
    return { kind: 'retain' };
  }
  if (lag !== undefined && mayBeYoungerThan(lag, replica)) {
    return { kind: 'look-later', reason: 'the source may not show yet what the replica is of' };
  }
  return { kind: 'delete', replace: replica.revision };
}

/** Whether the source's answer is from before the revision that the replica was made from. */
function isOlder(source: ObjectStat, replica: ObjectStat | undefined, sourceUrl: string): boolean {
  const copied = replica && believedStamp(replica, sourceUrl)?.modifiedAt;
  return copied !== undefined && source.modifiedAt !== undefined && source.modifiedAt < copied;
}

/**
 * Whether an answer "absent" may be from before the replica's revision was at the source. It was there when the replica was written, so the answer is
 * of a later time only where that is longer ago than answers lag.
 */
function mayBeYoungerThan({ ms, now }: Lag, { modifiedAt }: ObjectStat): boolean {
  return modifiedAt === undefined || now - modifiedAt.getTime() <= ms;
}

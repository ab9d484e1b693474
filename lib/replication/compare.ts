import { conflictOf, proofOf } from '../vfs/checksums.ts';
import type { ObjectEntry, ObjectStat } from '../vfs/types.ts';
import type { Evidence } from './outcome.ts';
import { believedStamp } from './stamp.ts';

/** Whether two objects hold the same bytes, and how that is known. */
export type Verdict =
  | { readonly kind: 'same'; readonly by: Evidence }
  | { readonly kind: 'different' }
  /** Only reading can tell. Never taken for either of the others. */
  | { readonly kind: 'cannot-tell' };

const different: Verdict = { kind: 'different' };
const cannotTell: Verdict = { kind: 'cannot-tell' };

/** Compares a source object with its replica by what both stores say of them. */
export function compare(source: ObjectStat, replica: ObjectStat, sourceUrl: string): Verdict {
  if (source.size !== replica.size || conflictOf(source.checksums, replica.checksums) !== undefined) {
    return different;
  }
  const proof = proofOf(source.checksums, replica.checksums);
  if (proof !== undefined) {
    return { kind: 'same', by: proof as Evidence };
  }
  const stamp = believedStamp(replica, sourceUrl);
  if (stamp === undefined) {
    return cannotTell;
  }
  if (stamp.revision === source.revision) {
    return { kind: 'same', by: 'stamp' };
  }
  const { crc32c } = source.checksums;
  return crc32c !== undefined && crc32c === replica.checksums.crc32c
    ? { kind: 'same', by: 'crc32c and stamp' }
    : cannotTell;
}

/** Compares two listing entries. Listings hold less than stats, so this says `cannot-tell` more often. */
export function compareEntries(source: ObjectEntry, replica: ObjectEntry): Verdict {
  const a = source.checksums ?? {};
  const b = replica.checksums ?? {};
  if (source.size !== replica.size || conflictOf(a, b) !== undefined) {
    return different;
  }
  const proved =
    proofOf(a, b) !== undefined || (source.contentTag !== undefined && source.contentTag === replica.contentTag);
  return proved ? { kind: 'same', by: 'listing' } : cannotTell;
}

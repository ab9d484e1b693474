import type { RecordedFinding } from './record.ts';

/** What became of findings between two judgements. */
export interface FindingChanges {
  readonly new: readonly RecordedFinding[];
  readonly gone: readonly RecordedFinding[];
  /** As they are now: their words and lines may be others. */
  readonly same: readonly RecordedFinding[];
}

/**
 * Compares the findings of two judgements.
 *
 * A finding is the same as long as its rule finds something in the same field of the same file: a line moves, an age grows, and one wrong value
 * follows another without anything being mended. The newest backup is the same file to this, whatever its name.
 */
export function changesOf(before: readonly RecordedFinding[], after: readonly RecordedFinding[]): FindingChanges {
  const left = new Map<string, RecordedFinding[]>();
  for (const finding of before) {
    left.set(identityOf(finding), [...(left.get(identityOf(finding)) ?? []), finding]);
  }
  const isKnown = (finding: RecordedFinding): boolean => left.get(identityOf(finding))?.shift() !== undefined;
  const same = new Set(after.filter(isKnown));
  return {
    new: after.filter((finding) => !same.has(finding)),
    gone: [...left.values()].flat(),
    same: [...same],
  };
}

/** Whether there is anything to tell. */
export function isChange({ new: added, gone }: Pick<FindingChanges, 'new' | 'gone'>): boolean {
  return added.length + gone.length > 0;
}

/** A backup's directory, which is named by its time. */
const backupDirectory = /\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-\d+(?=\/)/;

function identityOf({ rule, key, pointer }: RecordedFinding): string {
  return JSON.stringify([rule, key.replace(backupDirectory, '/…'), pointer]);
}

import { createHash } from 'node:crypto';
import { compareKeys } from '../vfs/keys.ts';
import type { ObjectEntry } from '../vfs/types.ts';

/**
 * Names a set of objects by its listing, as a SHA-256 in hexadecimal digits: equal for equal keys with equal revisions, in whatever order they
 * were listed. Where a store lists no revisions, size and time stand for them.
 */
export function fingerprintOf(entries: readonly ObjectEntry[]): string {
  const hash = createHash('sha256');
  for (const { key, size, revision, modifiedAt } of entries.toSorted((a, b) => compareKeys(a.key, b.key))) {
    hash.update(`${JSON.stringify([key, size, revision ?? modifiedAt?.toISOString() ?? ''])}\n`);
  }
  return hash.digest('hex');
}

import type { Revision } from '../types.ts';
import { type Attempt, unexpected } from './errors.ts';

/** A revision as HTTP writes it. */
export function entityTag(revision: string): string {
  return `"${revision}"`;
}

/** The revision that an answer's ETag names. Throws `Unknown` when the answer has none. */
export function revisionOf(etag: string | undefined, attempt: Attempt): Revision {
  const revision = unquoted(etag);
  if (revision === undefined) {
    throw unexpected(attempt, 'the store answered without an ETag');
  }
  return revision;
}

/** An ETag without its quotes; undefined when it is missing or empty. */
export function unquoted(etag: string | undefined): Revision | undefined {
  const text = etag?.replace(/^"(.*)"$/, '$1');
  return text === undefined || text === '' ? undefined : (text as Revision);
}

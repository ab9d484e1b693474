import { VfsError, type VfsErrorDetails } from './errors.ts';
import type { Revision } from './types.ts';

/** A revision as HTTP writes it. */
export function entityTag(revision: Revision): string {
  return `"${revision}"`;
}

/** An ETag without its quotes, which some listings leave out; undefined when it is missing or empty. */
export function unquoted(etag: string | undefined): Revision | undefined {
  const text = etag?.replace(/^(?:W\/)?"(.*)"$/, '$1');
  return text === undefined || text === '' ? undefined : (text as Revision);
}

/** The revision that an answer's ETag names. Throws `Unknown` when the answer has none. */
export function revisionOf(
  etag: string | undefined,
  { operation, target }: Pick<VfsErrorDetails, 'operation' | 'target'>,
): Revision {
  const revision = unquoted(etag);
  if (revision === undefined) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without an ETag' });
  }
  return revision;
}

/** An ETag of the form that an MD5 has, in lower case and without quotes. It need not be one. */
export function hexTag(etag: string | undefined): string | undefined {
  return /^"?([0-9a-fA-F]{32})"?$/.exec(etag ?? '')?.[1]?.toLowerCase();
}

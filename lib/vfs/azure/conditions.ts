import { VfsError } from '../errors.ts';
import type { Precondition, Revision } from '../types.ts';
import type { Attempt } from './errors.ts';

/** The condition of a mutation as the SDK's calls take it. */
export function conditionsOf(precondition: Precondition): { readonly ifMatch?: string; readonly ifNoneMatch?: string } {
  switch (precondition.kind) {
    case 'none':
      return {};
    case 'if-absent':
      return { ifNoneMatch: '*' };
    case 'if-match':
      return { ifMatch: entityTag(precondition.revision) };
  }
}

/** A revision as HTTP writes it. */
export function entityTag(revision: Revision): string {
  return `"${revision}"`;
}

/** The revision that an answer's ETag names. Throws `Unknown` when the answer has none. */
export function revisionOf(etag: string | undefined, { operation, target }: Attempt): Revision {
  const revision = unquoted(etag);
  if (revision === undefined) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without an ETag' });
  }
  return revision;
}

/** An ETag without its quotes, which listings leave out; undefined when it is missing or empty. */
export function unquoted(etag: string | undefined): Revision | undefined {
  const text = etag?.replace(/^"(.*)"$/, '$1');
  return text === undefined || text === '' ? undefined : (text as Revision);
}

import { entityTag } from '../entity-tag.ts';
import type { Precondition } from '../types.ts';

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

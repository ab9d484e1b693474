import { entityTag } from '../entity-tag.ts';
import type { Precondition } from '../types.ts';

/** The condition of a mutation as S3's headers say it. */
export function conditionFields(precondition: Precondition): {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
} {
  switch (precondition.kind) {
    case 'none':
      return {};
    case 'if-absent':
      return { IfNoneMatch: '*' };
    case 'if-match':
      return { IfMatch: entityTag(precondition.revision) };
  }
}

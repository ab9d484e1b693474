import { VfsError } from '../errors.ts';
import type { Precondition, Revision } from '../types.ts';
import type { Attempt } from './errors.ts';

/** The condition of a mutation as a parameter of the JSON API: a generation of 0 is that of an absent key ("Request preconditions"). */
export function conditionQuery(precondition: Precondition, attempt: Attempt): { readonly ifGenerationMatch?: string } {
  switch (precondition.kind) {
    case 'none':
      return {};
    case 'if-absent':
      return { ifGenerationMatch: '0' };
    case 'if-match':
      return { ifGenerationMatch: generationOf(precondition.revision, attempt) };
  }
}

/** A revision as a generation. Throws `PreconditionFailed` for what no object can have; 0 would ask for absence. */
export function generationOf(revision: Revision, { operation, target }: Attempt): string {
  if (/^[1-9][0-9]*$/.test(revision)) {
    return revision;
  }
  const reason = `the revision ${JSON.stringify(revision)} is no generation of an object`;
  throw new VfsError({ code: 'PreconditionFailed', operation, target, reason });
}

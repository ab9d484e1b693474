import { VfsError } from './errors.ts';
import type { Precondition, Revision } from './types.ts';

/**
 * Throws unless a precondition holds for what a key has now, with the code that says which condition it was.
 *
 * `current` is undefined while the key is absent. For drivers that decide themselves; most leave it to their store.
 */
export function requirePrecondition(
  precondition: Precondition,
  current: Revision | undefined,
  call: { readonly operation: string; readonly target: string },
): void {
  if (precondition.kind === 'if-absent' && current !== undefined) {
    throw new VfsError({
      ...call,
      code: 'AlreadyExists',
      reason: 'the key is taken, and was to be absent',
    });
  }
  if (precondition.kind === 'if-match' && current !== precondition.revision) {
    const found = current === undefined ? 'the key is absent' : `its revision is ${current}`;
    throw new VfsError({
      ...call,
      code: 'PreconditionFailed',
      reason: `${found}, and ${precondition.revision} was wanted`,
    });
  }
}

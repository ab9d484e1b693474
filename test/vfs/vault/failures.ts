import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { isVfsError, type VfsError } from '../../../lib/vfs/errors.ts';

/** The error that a call rejects with. It must be a `VfsError`, and nothing that belongs to it may hold one of the secrets. */
export async function failureOf(call: Promise<unknown>, secrets: readonly string[] = []): Promise<VfsError> {
  const error = await call.then(
    () => {
      throw new Error('it did not fail');
    },
    (reason: unknown) => reason,
  );
  expect(isVfsError(error)).toBe(true);
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of secrets) {
    expect(shown).not.toContain(secret);
  }
  return error as VfsError;
}

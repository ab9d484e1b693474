import { CredentialsError } from './credentials-error.ts';
import { VfsError, type VfsErrorDetails } from './errors.ts';

/** Which call failed. */
type FailedCall = Pick<VfsErrorDetails, 'operation' | 'target'>;

/** The error of a call that its caller gave up. */
export function givenUp({ operation, target }: FailedCall): VfsError {
  return new VfsError({ code: 'Aborted', operation, target, reason: 'the request was given up' });
}

/**
 * What all rooms say alike of a failure: errors of ours are told as they are, and missing credentials kept the request from being sent. Undefined
 * for what a room has to look up in its own tables.
 */
export function knownFailure(error: unknown, call: FailedCall): VfsError | undefined {
  if (error instanceof VfsError) {
    return error;
  }
  if (error instanceof CredentialsError) {
    const { operation, target } = call;
    return new VfsError({ code: error.code, operation, target, reason: error.message, maybeApplied: false });
  }
  return undefined;
}

import { describe, expect, it } from '@jest/globals';
import { fateOfError, fateOfOutcomes, mayPassLater } from '../../../functions/aws/message-fate.ts';
import type { FailureCode, Outcome } from '../../../lib/replication/outcome.ts';
import { VfsError } from '../../../lib/vfs/errors.ts';

/** Every code there is: the compiler refuses this when one is missing. */
const passes: Readonly<Record<FailureCode, boolean>> = {
  InvalidArgument: false,
  TooLarge: false,
  Unsupported: false,
  Loop: false,
  NotFound: true,
  AlreadyExists: true,
  PreconditionFailed: true,
  PermissionDenied: true,
  Unauthenticated: true,
  ChecksumMismatch: true,
  RateLimited: true,
  Unavailable: true,
  DeadlineExceeded: true,
  Aborted: true,
  Unknown: true,
  Contended: true,
  Stale: true,
};

const failed = (code: FailureCode, reason: string = code): Outcome => ({
  kind: 'failed',
  key: 'k',
  reason,
  retryable: false,
  code,
});

describe('a failure', () => {
  it.each(Object.entries(passes))('%s may pass later: %s', (code, expected) => {
    expect(mayPassLater(code as FailureCode)).toBe(expected);
    expect(fateOfOutcomes([failed(code as FailureCode)]).kind).toBe(expected ? 'again' : 'never');
  });

  it('that may pass wins over one that cannot, so that nothing is left undone', () => {
    expect(fateOfOutcomes([failed('TooLarge'), failed('PermissionDenied')])).toEqual({
      kind: 'again',
      reason: 'PermissionDenied',
    });
  });

  it('that cannot pass is told with all its reasons', () => {
    expect(fateOfOutcomes([failed('TooLarge', 'a'), failed('Loop', 'b')])).toEqual({ kind: 'never', reason: 'a; b' });
  });
});

describe('an error', () => {
  it('of a store is told in its own words', () => {
    const error = new VfsError({ code: 'Unsupported', operation: 'list', target: 's3://b', reason: 'no' });
    expect(fateOfError(error)).toEqual({ kind: 'never', reason: 'list s3://b: no' });
  });

  it.each([
    [new RangeError('content'), 'RangeError'],
    ['content', 'string'],
  ])('of another kind is told by its name: %p', (error, name) => {
    expect(fateOfError(error)).toEqual({ kind: 'again', reason: `the work crashed: ${name}` });
  });
});

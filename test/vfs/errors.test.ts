import { describe, expect, it } from '@jest/globals';
import { isRefusedCondition, isVfsError, VfsError, type VfsErrorCode } from '../../lib/vfs/errors.ts';

const error = (code: VfsErrorCode, more: object = {}) =>
  new VfsError({ code, operation: 'write', target: 's3://bucket/k', reason: 'it went wrong', ...more });

describe('VfsError', () => {
  it('says operation, target and reason', () => {
    expect(error('Unknown').message).toBe('write s3://bucket/k: it went wrong');
  });

  it.each<[VfsErrorCode, boolean, boolean]>([
    ['NotFound', false, false],
    ['AlreadyExists', false, false],
    ['PreconditionFailed', false, false],
    ['PermissionDenied', false, false],
    ['Unauthenticated', false, false],
    ['InvalidArgument', false, false],
    ['Unsupported', false, false],
    ['TooLarge', false, false],
    ['ChecksumMismatch', true, false],
    ['RateLimited', true, false],
    ['Unavailable', true, true],
    ['DeadlineExceeded', true, true],
    ['Aborted', false, true],
    ['Unknown', false, true],
  ])('%s: another attempt may work: %s; it may have been carried out: %s', (code, retryable, maybeApplied) => {
    expect(error(code)).toMatchObject({ retryable, maybeApplied, attempted: false, retryAfterMs: undefined });
  });

  it('can say for certain that nothing was carried out', () => {
    expect(error('Unavailable', { maybeApplied: false }).maybeApplied).toBe(false);
  });

  it('keeps its cause', () => {
    const cause = new Error('socket hang up');
    expect(error('Unavailable', { cause }).cause).toBe(cause);
  });
});

describe('guards', () => {
  it('know an error by its name, and by its code', () => {
    expect(isVfsError(error('NotFound'))).toBe(true);
    expect(isVfsError(error('NotFound'), 'NotFound', 'Aborted')).toBe(true);
    expect(isVfsError(error('NotFound'), 'Aborted')).toBe(false);
    expect(isVfsError({ name: 'VfsError', code: 'Aborted' }, 'Aborted')).toBe(true);
    expect([undefined, null, 'VfsError', new Error('VfsError')].some((other) => isVfsError(other))).toBe(false);
  });

  it('know a refused condition', () => {
    expect(isRefusedCondition(error('AlreadyExists'))).toBe(true);
    expect(isRefusedCondition(error('PreconditionFailed'))).toBe(true);
    expect(isRefusedCondition(error('NotFound'))).toBe(false);
  });
});

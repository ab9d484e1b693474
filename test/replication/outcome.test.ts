import { describe, expect, it } from '@jest/globals';
import { guaranteeOf } from '../../lib/replication/guarantee.ts';
import { isFinal, orFailure, Tally } from '../../lib/replication/outcome.ts';
import { VfsError, type VfsErrorCode } from '../../lib/vfs/errors.ts';
import { Store } from '../../lib/vfs/store.ts';
import { limited } from './layers.ts';
import { createPair } from './pair.ts';

const failureOf = (error: unknown) => orFailure('k', () => Promise.reject(error));
const storeError = (code: VfsErrorCode) => new VfsError({ code, operation: 'write', target: 'k', reason: 'r' });

describe('a failure', () => {
  it.each(['Unavailable', 'Aborted', 'PreconditionFailed', 'AlreadyExists'] as const)('may pass: %s', async (code) => {
    const outcome = await failureOf(storeError(code));
    expect(outcome).toMatchObject({ kind: 'failed', key: 'k', retryable: true, code });
    expect(isFinal(outcome)).toBe(false);
  });

  it.each(['PermissionDenied', 'TooLarge'] as const)('will not pass: %s', async (code) => {
    const outcome = await failureOf(storeError(code));
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false, code });
    expect(isFinal(outcome)).toBe(true);
  });

  it('that is a defect may pass, and tells its name only', async () => {
    const unexpected = { kind: 'failed', key: 'k', retryable: true, code: 'Unknown' };
    expect(await failureOf(new TypeError('secret'))).toEqual({ ...unexpected, reason: 'unexpected TypeError' });
    expect(await failureOf('secret')).toEqual({ ...unexpected, reason: 'unexpected string' });
  });
});

it('tallies outcomes by kind, and the bytes written', () => {
  const tally = new Tally();
  for (const bytes of [3, 4]) {
    tally.add({ kind: 'written', key: 'k', bytes });
  }
  tally.add({ kind: 'deleted', key: 'k' });
  expect(tally.toJSON()).toEqual({ written: 2, deleted: 1 });
  expect(tally.bytesWritten).toBe(7);
});

describe('the guarantee of a pair', () => {
  const { source, destination } = createPair();
  const less = (store: Store, name: string) => new Store(limited({ [name]: false })(store.driver));

  it('is "cas" where nothing is missing', () => {
    expect(guaranteeOf(source, destination)).toEqual({ guarantee: 'cas', missing: [] });
  });

  it.each(['writeIfAbsent', 'writeIfMatch', 'deleteIfMatch'])('is none without %s at the destination', (name) => {
    expect(guaranteeOf(source, less(destination, name))).toMatchObject({
      guarantee: 'none',
      missing: [expect.any(String)],
    });
    expect(guaranteeOf(less(source, name), destination).guarantee).toBe('cas');
  });

  it('is none without consistent reads at the source', () => {
    expect(guaranteeOf(less(source, 'stronglyConsistent'), destination)).toMatchObject({ guarantee: 'none' });
    expect(guaranteeOf(source, less(destination, 'stronglyConsistent')).guarantee).toBe('cas');
  });
});

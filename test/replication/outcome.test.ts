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
    const guarantee = { guarantee: 'cas', writes: 'cas', reads: 'strong', conditionsMissing: [], missing: [] };
    expect(guaranteeOf(source, destination)).toEqual(guarantee);
  });

  it.each([
    ['writeIfAbsent', 'create'],
    ['writeIfMatch', 'overwrite'],
    ['deleteIfMatch', 'delete'],
  ])('is "leased" without %s at the destination', (name, what) => {
    const missing = [`memfs://destination has no conditional ${what}`];
    expect(guaranteeOf(source, less(destination, name))).toEqual({
      ...{ guarantee: 'leased', writes: 'leased', reads: 'strong' },
      ...{ missing, conditionsMissing: missing },
    });
    expect(guaranteeOf(less(source, name), destination).guarantee).toBe('cas');
  });

  it.each(['source', 'destination'] as const)('is "eventual" where the %s may answer with an older revision', (end) => {
    const ends = { source, destination };
    const lagging = { ...ends, [end]: less(ends[end], 'stronglyConsistent') };
    expect(guaranteeOf(lagging.source, lagging.destination)).toEqual({
      ...{ guarantee: 'eventual', writes: 'cas', reads: 'eventual', conditionsMissing: [] },
      missing: [`memfs://${end} may answer with an older revision`],
    });
  });

  it('is both where both are missing', () => {
    const weak = less(less(destination, 'stronglyConsistent'), 'writeIfMatch');
    expect(guaranteeOf(source, weak)).toMatchObject({ guarantee: 'leased and eventual', missing: { length: 2 } });
  });
});

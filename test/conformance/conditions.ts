import { expect } from '@jest/globals';
import type { Revision } from '../../lib/vfs/types.ts';
import { expectCode, type Place, type Trial } from './trial.ts';

const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const ifMatch = (revision: Revision) => ({ precondition: { kind: 'if-match', revision } }) as const;

/** Preconditions of writes and deletes. */
export function conditionTests(trial: Trial): void {
  const { writeIfAbsent, writeIfMatch, deleteIfMatch } = trial.capabilities;
  if (writeIfAbsent) {
    absenceTests(trial);
  }
  if (writeIfMatch) {
    matchTests(trial);
  }
  if (deleteIfMatch) {
    deleteTests(trial);
  }
}

function absenceTests(trial: Trial): void {
  trial.test('"if-absent" makes an object', async (place) => {
    await place.put('k', 'made', ifAbsent);
    expect(await place.text('k')).toBe('made');
  });

  trial.test('"if-absent" refuses a taken key and leaves it alone', async (place) => {
    const { revision } = await place.put('k', 'taken');
    await expectCode(place.put('k', 'late', ifAbsent), 'AlreadyExists');
    await expectCode(place.put('k', 'taken', ifAbsent), 'AlreadyExists');
    await expectUntouched(place, revision, 'taken');
  });

  trial.test('"if-absent" works again after a delete', async (place) => {
    await place.put('k', 'first');
    await place.store.delete(place.key('k'));
    await place.put('k', 'second', ifAbsent);
    expect(await place.text('k')).toBe('second');
  });

  trial.test('an empty object is not absent', async (place) => {
    await place.put('k', '');
    await expectCode(place.put('k', 'late', ifAbsent), 'AlreadyExists');
  });
}

function matchTests(trial: Trial): void {
  trial.test('"if-match" replaces the revision it names', async (place) => {
    const { revision } = await place.put('k', 'one');
    const { revision: next } = await place.put('k', 'two', ifMatch(revision));
    await place.put('k', 'three', ifMatch(next));
    expect(await place.text('k')).toBe('three');
  });

  trial.test('"if-match" takes the revision that stat and read tell', async (place) => {
    await place.put('k', 'one');
    const stat = await place.store.stat(place.key('k'));
    await place.put('k', 'two', ifMatch(stat.revision));
    const read = await place.store.read(place.key('k'));
    await read.body.cancel();
    await place.put('k', 'three', ifMatch(read.stat.revision));
    expect(await place.text('k')).toBe('three');
  });

  trial.test('"if-match" refuses another revision and leaves the object alone', async (place) => {
    const stale = await place.stale('k');
    const { revision } = await place.store.stat(place.key('k'));
    await expectCode(place.put('k', 'late', ifMatch(stale)), 'PreconditionFailed');
    await expectUntouched(place, revision, 'now');
  });

  trial.test('"if-match" refuses an absent key', async (place) => {
    const { revision } = await place.put('k', 'gone soon');
    await place.store.delete(place.key('k'));
    await expectCode(place.put('k', 'late', ifMatch(revision)), 'PreconditionFailed');
    await expectCode(place.put('never', 'late', ifMatch(revision)), 'PreconditionFailed');
    expect(await place.names()).toEqual([]);
  });
}

function deleteTests(trial: Trial): void {
  trial.test('a delete with "if-match" removes the revision it names', async (place) => {
    const { revision } = await place.put('k', 'one');
    await place.store.delete(place.key('k'), ifMatch(revision));
    await expectCode(place.store.stat(place.key('k')), 'NotFound');
  });

  trial.test('a delete with "if-match" refuses another revision and leaves the object alone', async (place) => {
    const stale = await place.stale('k');
    const { revision } = await place.store.stat(place.key('k'));
    await expectCode(place.store.delete(place.key('k'), ifMatch(stale)), 'PreconditionFailed');
    await expectUntouched(place, revision, 'now');
  });

  trial.test('a delete with "if-match" refuses an absent key', async (place) => {
    const { revision } = await place.put('k', 'one');
    await place.store.delete(place.key('k'));
    await expectCode(place.store.delete(place.key('k'), ifMatch(revision)), 'PreconditionFailed');
  });
}

async function expectUntouched(place: Place, revision: Revision, text: string): Promise<void> {
  expect((await place.store.stat(place.key('k'))).revision).toBe(revision);
  expect(await place.text('k')).toBe(text);
}

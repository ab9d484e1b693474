import { expect } from '@jest/globals';
import { expectCode, type Trial } from './trial.ts';

/** Deletes without a condition. */
export function deleteTests(trial: Trial): void {
  trial.test('a deleted object is gone from stat, read and listings', async (place) => {
    await place.put('k', 'text');
    await place.store.delete(place.key('k'));
    await expectCode(place.store.stat(place.key('k')), 'NotFound');
    await expectCode(place.store.read(place.key('k')), 'NotFound');
    expect(await place.names()).toEqual([]);
  });

  trial.test('deleting an absent key succeeds', async (place) => {
    await place.store.delete(place.key('absent'));
    await place.store.delete(place.key('absent/too'));
    expect(await place.names()).toEqual([]);
  });

  trial.test('a delete removes one key, and neither siblings nor what lies beneath', async (place) => {
    const names = ['dir/foo.d/x', 'dir/foobar', 'dir/foo'];
    for (const name of names) {
      await place.put(name, name);
    }
    await place.store.delete(place.key('dir'));
    await place.store.delete(place.key('dir/fo'));
    await place.store.delete(place.key('dir/foo'));
    expect(new Set(await place.names())).toEqual(new Set(['dir/foo.d/x', 'dir/foobar']));
    expect(await place.text('dir/foobar')).toBe('dir/foobar');
  });

  trial.test('a deleted key can be written again', async (place) => {
    await place.put('deep/er/k', 'one');
    await place.store.delete(place.key('deep/er/k'));
    await place.put('deep/er/k', 'two');
    expect(await place.text('deep/er/k')).toBe('two');
  });
}

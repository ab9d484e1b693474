import { expect } from '@jest/globals';
import { digestBytes } from '../../lib/vfs/checksums.ts';
import type { ChecksumAlgorithm, ChecksumSet } from '../../lib/vfs/types.ts';
import { expectCode, type Trial } from './trial.ts';

/** Describing objects. */
export function statTests(trial: Trial): void {
  trial.test('stat of an absent key is NotFound', async (place) => {
    await expectCode(place.store.stat(place.key('absent')), 'NotFound');
    expect(await place.store.find(place.key('absent'))).toBeUndefined();
  });

  trial.test('stat of a prefix of a key, and of a key beneath an object, is NotFound', async (place) => {
    await place.put('a/b', 'text');
    await expectCode(place.store.stat(place.key('a')), 'NotFound');
    await expectCode(place.store.stat(place.key('a/b/c')), 'NotFound');
  });

  trial.test('stat tells what the write stored', async (place) => {
    const written = await place.put('k', 'hello');
    const stat = await place.store.stat(place.key('k'));
    expect(stat).toMatchObject({ key: place.key('k'), size: 5, revision: written.revision });
    expect(stat.versionId).toBe(written.versionId);
    expect(stat.modifiedAt === undefined || Number.isFinite(stat.modifiedAt.getTime())).toBe(true);
  });

  trial.test('stat tells the same twice, and another revision after other content', async (place) => {
    await place.put('k', 'one');
    const first = await place.store.stat(place.key('k'));
    expect(await place.store.stat(place.key('k'))).toEqual(first);
    await place.put('k', 'two');
    expect((await place.store.stat(place.key('k'))).revision).not.toBe(first.revision);
  });

  trial.test('every digest that the store tells is one it declares, and is that of the content', async (place) => {
    const content = Buffer.from('digest me');
    const written = await place.put('k', content.toString());
    const stat = await place.store.stat(place.key('k'));
    for (const checksums of [written.checksums, stat.checksums]) {
      expect(checksums).toEqual(await digestBytes(content, algorithmsOf(checksums)));
    }
    expect(trial.capabilities.statChecksums).toEqual(expect.arrayContaining(algorithmsOf(stat.checksums)));
  });

  trial.test('an empty object is an object', async (place) => {
    await place.put('empty', '');
    expect((await place.store.stat(place.key('empty'))).size).toBe(0);
    expect(await place.bytes('empty')).toEqual(new Uint8Array());
    expect(await place.names()).toEqual(['empty']);
  });
}

function algorithmsOf(checksums: ChecksumSet): ChecksumAlgorithm[] {
  return Object.keys(checksums) as ChecksumAlgorithm[];
}

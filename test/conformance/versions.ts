import { expect } from '@jest/globals';
import type { VersionId } from '../../lib/vfs/types.ts';
import type { ObjectVersion } from '../../lib/vfs/versions.ts';
import { textOf } from '../support/sources.ts';
import { expectCode, type Place, type Trial } from './trial.ts';

/** The history of keys. */
export function versionTests(trial: Trial): void {
  if (!trial.capabilities.versions) {
    return;
  }
  trial.test('a history tells contents and deletions, newest first', async (place) => {
    const one = await place.put('k', 'one');
    const two = await place.put('k', 'three');
    await place.store.delete(place.key('k'));
    const history = await historyOf(place, 'k');
    expect(history.map(({ kind, latest }) => [kind, latest])).toEqual([
      ['deletion', true],
      ['content', false],
      ['content', false],
    ]);
    expect(history.slice(1).map(({ versionId, size, revision }) => [versionId, size, revision])).toEqual([
      [two.versionId, 5, two.revision],
      [one.versionId, 3, one.revision],
    ]);
    expect(history.every(({ modifiedAt }) => Number.isFinite(modifiedAt?.getTime()))).toBe(true);
    const times = history.map(({ modifiedAt }) => modifiedAt?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  trial.test('old content can be read, and a deletion cannot', async (place) => {
    const one = await place.put('k', 'one');
    await place.put('k', 'two');
    await place.store.delete(place.key('k'));
    const [deletion] = await historyOf(place, 'k');
    const read = (version: VersionId) => place.store.versions.read(place.key('k'), version, place.signal);
    const { stat, body } = await read(one.versionId as VersionId);
    expect(await textOf(body)).toBe('one');
    expect(stat).toMatchObject({ key: place.key('k'), size: 3, revision: one.revision, versionId: one.versionId });
    await expectCode(read((deletion as ObjectVersion).versionId), 'NotFound');
  });

  trial.test('the version of a stat is the latest', async (place) => {
    await place.put('k', 'one');
    const two = await place.put('k', 'two');
    expect((await place.store.stat(place.key('k'))).versionId).toBe(two.versionId);
  });

  trial.test('a version can be removed for good, which uncovers the one before', async (place) => {
    const one = await place.put('k', 'one');
    const two = await place.put('k', 'two');
    const remove = (version: VersionId) => place.store.versions.delete(place.key('k'), version, place.signal);
    await remove(two.versionId as VersionId);
    await remove(two.versionId as VersionId);
    expect(await place.text('k')).toBe('one');
    await place.store.delete(place.key('k'));
    await remove((await historyOf(place, 'k'))[0]?.versionId as VersionId);
    expect(await place.text('k')).toBe('one');
    await remove(one.versionId as VersionId);
    expect(await historyOf(place, 'k')).toEqual([]);
    await expectCode(place.store.stat(place.key('k')), 'NotFound');
  });

  trial.test('a history of a prefix holds its keys and no other, in order', async (place) => {
    for (const name of ['foo/b', 'foo/a', 'foobar', 'foo/b']) {
      await place.put(name, name);
    }
    const keys = (await historyOf(place, 'foo/')).map(({ key }) => key);
    expect(place.relative(keys)).toEqual(['foo/a', 'foo/b', 'foo/b']);
  });
}

async function historyOf(place: Place, name: string): Promise<readonly ObjectVersion[]> {
  const history: ObjectVersion[] = [];
  for await (const version of place.store.versions.list(place.key(name), place.signal)) {
    history.push(version);
  }
  return history;
}

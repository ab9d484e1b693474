import { expect } from '@jest/globals';
import type { ListPage } from '../../lib/vfs/types.ts';
import { inBytes, type Place, type Trial } from './trial.ts';

/** Of which UTF-16 and UTF-8 disagree on the order of the last two, and a walk of directories on that of the first. */
const names = ['a-b', 'a/b', 'a/c/d', 'a0', 'b', '\u00e9', '\uff5e', '\u{1f600}'];

/** Listings: prefix, order, delimiter, start-after and pages. */
export function listTests(trial: Trial): void {
  trial.test('a listing holds every key under the prefix and no other', async (place) => {
    await putAll(place, ['foo/a', 'foo/b', 'foobar/a', 'fo']);
    expect(sorted(await place.names('foo/'))).toEqual(['foo/a', 'foo/b']);
    expect(sorted(await place.names('foob'))).toEqual(['foobar/a']);
    expect(sorted(await place.names('fo'))).toEqual(['fo', 'foo/a', 'foo/b', 'foobar/a']);
    expect(await place.names('nothing/')).toEqual([]);
  });

  trial.test('an entry tells what stat tells', async (place) => {
    await place.put('one', 'same');
    await place.put('two', 'same');
    await place.put('three', 'other');
    const entries = (await place.page()).entries;
    expect(entries).toHaveLength(3);
    for (const { key, size, revision, checksums, modifiedAt } of entries) {
      const stat = await place.store.stat(key);
      expect(stat.size).toBe(size);
      expect(revision ?? stat.revision).toBe(stat.revision);
      expect(stat.checksums).toMatchObject(onlyIn(checksums, stat.checksums));
      expect(modifiedAt === undefined || Number.isFinite(modifiedAt.getTime())).toBe(true);
    }
  });

  trial.test('content tags that agree are of equal contents', async (place) => {
    await place.put('one', 'same size');
    await place.put('two', 'size same');
    const [one, two] = (await place.page()).entries;
    expect(one?.contentTag === undefined || one.contentTag !== two?.contentTag).toBe(true);
  });

  trial.test('pages hold at most what was asked for, and together everything once', async (place) => {
    await putAll(place, names);
    const pages = await allPages(place, '', { pageSize: 3 });
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.every(({ entries }) => entries.length <= 3)).toBe(true);
    const keys = pages.flatMap(({ entries }) => place.relative(entries.map(({ key }) => key)));
    expect(sorted(keys)).toEqual(sorted(names));
  });

  if (trial.capabilities.listSorted) {
    trial.test('keys come in the order of their UTF-8 bytes, across pages too', async (place) => {
      await putAll(place, [...names].reverse());
      const pages = await allPages(place, '', { pageSize: 3 });
      expect(pages.flatMap(({ entries }) => place.relative(entries.map(({ key }) => key)))).toEqual(sorted(names));
      expect(await place.names()).toEqual(sorted(names));
    });
  }
  if (trial.capabilities.listStartAfter) {
    startTests(trial);
  }
  if (trial.capabilities.listDelimiter) {
    delimiterTests(trial);
  }
  const { plantMarker } = trial.harness;
  if (plantMarker !== undefined) {
    trial.test('a directory marker is reported, and no entry', async (place) => {
      await place.put('dir/k', 'text');
      await plantMarker.call(trial.harness, place.key('dir/'));
      const { entries, markers } = await place.page('dir/');
      expect(place.relative(entries.map(({ key }) => key))).toEqual(['dir/k']);
      expect(place.relative(markers)).toEqual(['dir/']);
    });
  }
}

function startTests(trial: Trial): void {
  trial.test('"start after" leaves out what comes before, and the key itself', async (place) => {
    await putAll(place, names);
    for (const after of ['a/b', 'a', 'a-b', '\uff5e']) {
      const { entries } = await place.page('', { startAfter: place.key(after) });
      const expected = sorted(names).filter((name) => inBytes(name, after) > 0);
      expect(place.relative(entries.map(({ key }) => key))).toEqual(expected);
    }
  });

  trial.test('"start after" goes together with prefix and pages', async (place) => {
    await putAll(place, ['p/1', 'p/2', 'p/3', 'p/4', 'q/1']);
    const pages = await allPages(place, 'p/', { startAfter: place.key('p/1'), pageSize: 2 });
    const keys = pages.flatMap(({ entries }) => place.relative(entries.map(({ key }) => key)));
    expect(sorted(keys)).toEqual(['p/2', 'p/3', 'p/4']);
    expect((await place.page('p/', { startAfter: place.key('p/9') })).entries).toEqual([]);
    const all = (await place.page('p/', { startAfter: place.key('a') })).entries;
    expect(all).toHaveLength(4);
  });
}

function delimiterTests(trial: Trial): void {
  trial.test('a delimiter rolls up what lies deeper', async (place) => {
    await putAll(place, names);
    const root = await place.page('', { delimiter: '/' });
    expect(place.relative(root.prefixes)).toEqual(['a/']);
    expect(place.relative(root.entries.map(({ key }) => key))).toEqual(
      expect.arrayContaining(names.filter((name) => !name.includes('/'))),
    );
    const inside = await place.page('a/', { delimiter: '/' });
    expect(place.relative(inside.prefixes)).toEqual(['a/c/']);
    expect(place.relative(inside.entries.map(({ key }) => key))).toEqual(['a/b']);
  });

  trial.test('a prefix that does not end at a delimiter rolls up to the next one', async (place) => {
    await putAll(place, ['clusters/x', 'cluster/x', 'clue']);
    const { prefixes, entries } = await place.page('clu', { delimiter: '/' });
    expect(sorted(place.relative(prefixes))).toEqual(['cluster/', 'clusters/']);
    expect(place.relative(entries.map(({ key }) => key))).toEqual(['clue']);
  });

  trial.test('a prefix without objects is none', async (place) => {
    await putAll(place, ['gone/a/k', 'kept/k']);
    await place.store.delete(place.key('gone/a/k'));
    expect(place.relative((await place.page('', { delimiter: '/' })).prefixes)).toEqual(['kept/']);
  });

  trial.test('pages with a delimiter hold every prefix and every key once', async (place) => {
    await putAll(place, ['a', 'b/1', 'b/2', 'b/3', 'c', 'd/1', 'e/1']);
    const pages = await allPages(place, '', { delimiter: '/', pageSize: 2 });
    expect(pages.every(({ entries, prefixes }) => entries.length + prefixes.length <= 2)).toBe(true);
    const keys = pages.flatMap(({ entries }) => place.relative(entries.map(({ key }) => key)));
    const prefixes = pages.flatMap((page) => place.relative(page.prefixes));
    expect([sorted(keys), sorted(prefixes)]).toEqual([
      ['a', 'c'],
      ['b/', 'd/', 'e/'],
    ]);
  });
}

async function putAll(place: Place, all: readonly string[]): Promise<void> {
  for (const name of all) {
    await place.put(name, name);
  }
}

async function allPages(
  place: Place,
  prefix: string,
  options: { startAfter?: string; pageSize?: number; delimiter?: '/' },
): Promise<readonly ListPage[]> {
  const pages = [await place.page(prefix, options)];
  for (let token = pages[0]?.nextPageToken; token !== undefined; token = pages.at(-1)?.nextPageToken) {
    pages.push(await place.page(prefix, { ...options, pageToken: token }));
    expect(pages.length).toBeLessThan(30);
  }
  return pages;
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(inBytes);
}

function onlyIn<T extends object>(some: T | undefined, others: object): Partial<T> {
  return Object.fromEntries(Object.entries(some ?? {}).filter(([name]) => name in others)) as Partial<T>;
}

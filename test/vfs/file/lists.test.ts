import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const segment = fc.constantFrom('a', 'a-b', 'a0', 'b', 'B', '.c', '\uff5e', '\u{1f600}', 'x y');
const key = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const query = fc.record(
  {
    prefix: fc.oneof(fc.constantFrom('', 'a', 'a/', 'a-', 'nothing/', 'a/b/'), key),
    delimiter: fc.constant('/' as const),
    startAfter: fc.oneof(key, fc.constantFrom('a', 'a/', 'a/~', '\uffff')),
    pageSize: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['prefix', 'pageSize'] },
);

type Query = typeof query extends fc.Arbitrary<infer T> ? T : never;

/** Every page of a listing, as far as every store tells it alike. */
async function pagesOf(store: Store, { prefix, ...options }: Query) {
  const pages: unknown[] = [];
  let pageToken: string | undefined;
  do {
    const page = await store.listPage(prefix, pageToken === undefined ? options : { ...options, pageToken });
    pages.push([page.entries.map((entry) => [entry.key, entry.size]), page.prefixes]);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
}

describe('listings of a directory', () => {
  it('are those of memory, page by page, for any keys and any options', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 10 }),
        fc.array(query, { maxLength: 4 }),
        async (keys, queries) => {
          const held = keys.filter((one) => !keys.some((other) => other.startsWith(`${one}/`)));
          const directory = await mkdtemp(join(scratch.directory, 'run-'));
          const memory = new Store(createMemoryDriver());
          for (const one of held) {
            await mkdir(dirname(join(directory, one)), { recursive: true });
            await writeFile(join(directory, one), one);
            await memory.write(one, textSource(one));
          }
          const file = scratch.store({ directory });
          for (const one of queries) {
            expect(await pagesOf(file, one)).toEqual(await pagesOf(memory, one));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('go on beyond the greatest page', async () => {
    const names = Array.from({ length: 1205 }, (_, index) => `k${`${index}`.padStart(4, '0')}`);
    await Promise.all(names.map((name) => writeFile(scratch.path(name), '')));
    const store = scratch.store();
    expect((await store.listPage('', { pageSize: 5000 })).entries).toHaveLength(1000);
    const listed: string[] = [];
    for await (const entry of store.list()) {
      listed.push(entry.key);
    }
    expect(listed).toEqual(names);
  });

  it('report names that are no UTF-8, and go on', async () => {
    await writeFile(Buffer.concat([Buffer.from(scratch.path('a')), Buffer.from([0xff])]), '');
    await writeFile(scratch.path('b\ufffd'), '');
    await writeFile(scratch.path('c'), '');
    const { entries, markers } = await scratch.store().listPage('');
    expect(entries.map((entry) => entry.key)).toEqual(['b\ufffd', 'c']);
    expect(markers).toEqual(['a\ufffd']);
  });
});

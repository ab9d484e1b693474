import { describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { openDriver } from '../../../lib/vfs/memory/open.ts';
import { MemorySpace } from '../../../lib/vfs/memory/space.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { ObjectVersion } from '../../../lib/vfs/versions.ts';
import { createManualClock } from '../../support/clock.ts';
import { contentsOf } from '../../support/memory-stores.ts';

const { signal } = new AbortController();

describe('the memory driver', () => {
  it('gives each write a revision of its own, or one that comes back with the content', async () => {
    for (const [revisions, comesBack] of [
      ['unique', false],
      ['content', true],
    ] as const) {
      const store = new Store(createMemoryDriver({ revisions }));
      const first = await store.write('k', textSource('A'));
      const second = await store.write('k', textSource('B'));
      const third = await store.write('k', textSource('A'), { metadata: { other: 'metadata' } });
      expect(second.revision).not.toBe(first.revision);
      expect(third.revision === first.revision).toBe(comesBack);
    }
  });

  it('knows the digests of every object, and tags equal contents alike in listings', async () => {
    const store = new Store(createMemoryDriver());
    await store.write('a', textSource('same'));
    const upload = await store.uploads.begin('b', { signal, headers: {}, metadata: {} });
    const part = await store.uploads.putPart(upload, 1, textSource('same'), signal);
    await store.uploads.complete(upload, [part], { signal, precondition: { kind: 'none' }, checksums: {} });
    const wanted = await digestBytes(Buffer.from('same'), ['sha256', 'md5', 'crc64nvme']);
    expect((await store.stat('a')).checksums).toEqual(wanted);
    const { entries } = await store.listPage('');
    expect(entries.map(({ contentTag, checksums }) => [contentTag, checksums])).toEqual([
      [wanted.md5, { md5: wanted.md5 }],
      [wanted.md5, { md5: wanted.md5 }],
    ]);
  });

  it('stamps contents and deletions with its clock', async () => {
    const clock = createManualClock(Date.UTC(2026, 0, 1));
    const store = new Store(createMemoryDriver({ clock, versions: true }));
    await store.write('k', textSource('text'));
    await clock.advance(1000);
    await store.delete('k');
    await clock.advance(1000);
    await store.delete('k');
    const history: ObjectVersion[] = [];
    for await (const version of store.versions.list('', signal)) {
      history.push(version);
    }
    expect(history.map(({ kind, modifiedAt }) => [kind, modifiedAt?.toISOString()])).toEqual([
      ['deletion', '2026-01-01T00:00:01.000Z'],
      ['content', '2026-01-01T00:00:00.000Z'],
    ]);
  });

  it('refuses a wrong digest of a completed upload, and keeps the upload', async () => {
    const store = new Store(createMemoryDriver());
    const upload = await store.uploads.begin('k', { signal, headers: {}, metadata: {} });
    const part = await store.uploads.putPart(upload, 1, textSource('text'), signal);
    const precondition = { kind: 'if-absent' } as const;
    const complete = (checksums: object) => store.uploads.complete(upload, [part], { signal, precondition, checksums });
    await expect(complete({ sha256: 'wrong' })).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    await store.write('k', textSource('taken'));
    await expect(complete({})).rejects.toMatchObject({ code: 'AlreadyExists' });
    await store.delete('k');
    await complete(await digestBytes(Buffer.from('text'), ['sha256']));
    expect(await contentsOf(store)).toEqual({ k: 'text' });
    await expect(complete({})).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('refuses a part that is not the one that was stored', async () => {
    const store = new Store(createMemoryDriver());
    const upload = await store.uploads.begin('k', { signal, headers: {}, metadata: {} });
    const part = await store.uploads.putPart(upload, 1, textSource('old'), signal);
    await store.uploads.putPart(upload, 1, textSource('new'), signal);
    const options = { signal, precondition: { kind: 'none' }, checksums: {} } as const;
    await expect(store.uploads.complete(upload, [part], options)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('does not let readers change what it holds', async () => {
    const store = new Store(createMemoryDriver());
    await store.write('k', bytesSource(Buffer.from('text')));
    (await collect((await store.read('k')).body, 4)).fill(0);
    expect(await contentsOf(store)).toEqual({ k: 'text' });
  });

  it('lists versions beyond one page', async () => {
    const space = new MemorySpace({ versions: true });
    const store = new Store(createMemoryDriver({ space }));
    for (let index = 0; index < 250; index += 1) {
      await store.write(`k${index}`, textSource('x'));
    }
    const keys: string[] = [];
    for await (const { key } of store.versions.list('k', signal)) {
      keys.push(key);
    }
    expect(keys).toHaveLength(250);
    expect(new Set(keys).size).toBe(250);
    expect(space.keys.length).toBe(250);
  });

  it('opens one space by one name', async () => {
    const surroundings = { environment: {}, clock: createManualClock() };
    const open = (url: string) => new Store(openDriver({ url }, surroundings) as ReturnType<typeof createMemoryDriver>);
    await open('memfs://driver-test/any/prefix').write('k', textSource('text'));
    expect(await contentsOf(open('memfs://driver-test'))).toEqual({ k: 'text' });
    expect(await contentsOf(open('memfs://driver-test-2'))).toEqual({});
  });
});

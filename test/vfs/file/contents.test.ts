import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { failingSource, textOf } from '../../support/sources.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const about = { headers: { contentType: 'text/x-state' }, metadata: { stamp: 'value' } } as const;
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('files that others wrote', () => {
  it('are objects, of the same revision as ours of the same content', async () => {
    const store = scratch.store();
    await mkdir(scratch.path('a'));
    await writeFile(scratch.path('a/theirs'), 'content');
    const { revision } = await store.write('ours', textSource('content'), about);
    const theirs = await store.stat('a/theirs');
    expect(theirs).toMatchObject({ size: 7, revision, headers: {}, metadata: {} });
    expect(theirs.checksums).toEqual((await store.stat('ours')).checksums);
    expect(theirs.checksums).toMatchObject({ sha256: sha256('content'), md5: md5('content') });
    expect(await textOf((await store.read('a/theirs', { ifMatch: revision })).body)).toBe('content');
  });

  it('have no digests in a listing, which reads no files; ours have', async () => {
    const store = scratch.store();
    await writeFile(scratch.path('theirs'), 'content');
    await store.write('ours', textSource('content'));
    const [ours, theirs] = (await store.listPage('')).entries;
    expect(ours).toMatchObject({ key: 'ours', contentTag: md5('content'), checksums: { sha256: sha256('content') } });
    expect(theirs).toEqual({ key: 'theirs', size: 7, modifiedAt: expect.any(Date) });
  });

  it.each([
    ['in place', (path: string) => writeFile(path, 'theirs!')],
    [
      'by another file',
      async (path: string) => {
        await writeFile(`${path}.new`, 'theirs!');
        await rename(`${path}.new`, path);
      },
    ],
  ])('drop what we knew of a file that they overwrite %s', async (_, overwrite) => {
    const store = scratch.store();
    const { revision } = await store.write('k', textSource('ours...'), about);
    expect(await store.stat('k')).toMatchObject(about);
    await overwrite(scratch.path('k'));
    const found = await store.stat('k');
    expect(found).toMatchObject({ headers: {}, metadata: {}, checksums: { sha256: sha256('theirs!') } });
    expect(found.revision).not.toBe(revision);
    const precondition = { kind: 'if-match', revision } as const;
    await expect(store.write('k', textSource('late'), { precondition })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(store.delete('k', { precondition })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await store.write('k', textSource('ours again'), { precondition: { kind: 'if-match', revision: found.revision } });
    expect(await scratch.files('.statesync/meta')).toHaveLength(1);
  });

  it('are not replaced by "if-absent"', async () => {
    const store = scratch.store();
    await writeFile(scratch.path('k'), 'theirs');
    const late = store.write('k', textSource('late'), { precondition: { kind: 'if-absent' } });
    await expect(late).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(await readFile(scratch.path('k'), 'utf8')).toBe('theirs');
    expect(await scratch.files('.statesync')).toEqual([]);
  });
});

describe('what the driver keeps beside a file', () => {
  it('is not believed when a crash tore it', async () => {
    const store = scratch.store();
    await store.write('k', textSource('content'), about);
    const [directory = ''] = await readdir(scratch.path('.statesync/meta'));
    const [name = ''] = await readdir(scratch.path('.statesync/meta', directory));
    const path = scratch.path('.statesync/meta', directory, name);
    const whole = (await stat(path)).size;
    for (const length of [0, 20, whole - 1]) {
      await truncate(path, length);
      expect(await store.stat('k')).toMatchObject({ metadata: {}, checksums: { sha256: sha256('content') } });
    }
  });

  it('goes with the file, and stays one for a key that is written again and again', async () => {
    const store = scratch.store();
    for (const text of ['one', 'two', 'three']) {
      await store.write('k', textSource(text), about);
    }
    expect(await scratch.files('.statesync/meta')).toHaveLength(1);
    expect(await store.stat('k')).toMatchObject(about);
    await store.delete('k');
    expect(await scratch.files('.statesync')).toEqual([]);
  });

  it('can be removed with nothing lost but metadata', async () => {
    const store = scratch.store();
    const { revision } = await store.write('k', textSource('content'), about);
    await rm(scratch.path('.statesync'), { recursive: true });
    expect(await store.stat('k')).toMatchObject({ revision, metadata: {}, headers: {} });
  });

  it('is nothing after writes that failed', async () => {
    const store = scratch.store();
    await expect(store.write('k', failingSource(Buffer.from('half'), new Error('failed')))).rejects.toThrow('failed');
    expect(await scratch.files()).toEqual([]);
  });
});

describe('a write and a delete', () => {
  it('survive a crash when they resolve: bytes and metadata come before the name, the name before the answer', async () => {
    const before: string[] = [];
    const after: string[] = [];
    const sync = async (_: unknown, path: string) => {
      const named = (await scratch.files('a')).includes('k');
      const what = /tmp|meta|$/.exec(path.slice(scratch.directory.length))?.[0] || path;
      (named ? after : before).push(what);
    };
    const store = scratch.store({ sync });
    await store.write('a/b/k', textSource('text'), about);
    expect(before).toEqual(['tmp', 'meta', 'meta', 'meta']);
    expect([...after].sort()).toEqual([scratch.directory, scratch.path('a'), scratch.path('a/b')]);
    before.length = 0;
    await store.delete('a/b/k');
    expect(before).toEqual([scratch.directory]);
  });
});

describe('bytes on a disk', () => {
  it('that are not those that were written fail the read at its end', async () => {
    const store = scratch.store();
    await store.write('k', textSource('content'), about);
    const rotten = scratch.path('k');
    await writeFile(rotten, 'cont3nt');
    // As the disk would do it: nothing but the bytes differs from what was written.
    const { ino, size, mtimeNs } = await stat(rotten, { bigint: true });
    const [directory = ''] = await readdir(scratch.path('.statesync/meta'));
    const path = scratch.path('.statesync/meta', directory);
    const [name = ''] = await readdir(path);
    await rename(join(path, name), join(path, `${name.split('.')[0]}.${ino}-${size}-${mtimeNs}.json`));
    const { body, stat: found } = await store.read('k');
    expect(found).toMatchObject(about);
    await expect(textOf(body)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('are for their owner only', async () => {
    const store = scratch.store();
    await store.write('a/k', textSource('secret'), about);
    const modeOf = async (...names: readonly string[]) => (await stat(scratch.path(...names))).mode & 0o777;
    expect(await modeOf('a', 'k')).toBe(0o600);
    for (const own of ['.statesync', '.statesync/tmp', '.statesync/meta', '.statesync/locks']) {
      expect(await modeOf(own)).toBe(0o700);
    }
  });
});

describe('a root that does not exist', () => {
  it('is no empty store, and errors name it', async () => {
    const store = scratch.store({ directory: scratch.path('not/mounted') });
    const missing = {
      code: 'NotFound',
      message: expect.stringContaining(`no directory ${scratch.path('not/mounted')}`),
    };
    await expect(store.listPage('')).rejects.toMatchObject(missing);
    await expect(store.listPage('a/', { delimiter: '/' })).rejects.toMatchObject(missing);
    await expect(store.stat('k')).rejects.toMatchObject(missing);
    await expect(store.read('k')).rejects.toMatchObject(missing);
    await expect(store.delete('k')).rejects.toMatchObject(missing);
    await expect(readdir(scratch.path('not'))).rejects.toThrow('ENOENT');
  });

  it('is made by a write', async () => {
    const store = scratch.store({ directory: scratch.path('to/be/made') });
    await store.write('k', textSource('text'));
    expect(await textOf((await store.read('k')).body)).toBe('text');
  });
});

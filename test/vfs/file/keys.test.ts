import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { NameFolding } from '../../../lib/vfs/file/folding.ts';
import { FileRoot } from '../../../lib/vfs/file/root.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { ObjectKey } from '../../../lib/vfs/types.ts';
import { contentsOf } from '../../support/memory-stores.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();

/** Every verb that takes a key. */
async function expectRefused(store: Store, key: string, words: string): Promise<void> {
  const refused = { code: 'InvalidArgument', message: expect.stringContaining(words) };
  await expect(store.write(key, textSource('x'))).rejects.toMatchObject(refused);
  await expect(store.write(key, textSource('x'), { precondition: { kind: 'if-absent' } })).rejects.toMatchObject(
    refused,
  );
  await expect(store.stat(key)).rejects.toMatchObject(refused);
  await expect(store.read(key)).rejects.toMatchObject(refused);
  await expect(store.delete(key)).rejects.toMatchObject(refused);
}

describe('keys of a directory', () => {
  it.each([
    ['../outside', '".."'],
    ['a/../../outside', '".."'],
    ['a/./b', '"."'],
    ['a//b', '"//"'],
    ['a\0b', 'zero character'],
    [`a/${'x'.repeat(256)}`, '256 bytes'],
  ])('refuse %j', async (key, words) => {
    await mkdir(scratch.path('root'));
    await writeFile(scratch.path('outside'), 'theirs');
    const store = scratch.store({ directory: scratch.path('root') });
    await expectRefused(store, key, words);
    expect(await readFile(scratch.path('outside'), 'utf8')).toBe('theirs');
    expect(await contentsOf(store)).toEqual({});
  });

  it('do not lead through a link to a directory', async () => {
    await mkdir(scratch.path('root/deep'), { recursive: true });
    await mkdir(scratch.path('outside'));
    await writeFile(scratch.path('outside/k'), 'theirs');
    await symlink(scratch.path('outside'), scratch.path('root/link'));
    await symlink('../../outside', scratch.path('root/deep/link'));
    const store = scratch.store({ directory: scratch.path('root') });
    for (const key of ['link/k', 'link/new/k', 'deep/link/k']) {
      await expectRefused(store, key, 'symbolic link');
    }
    expect(await readFile(scratch.path('outside/k'), 'utf8')).toBe('theirs');
    expect(await scratch.files('outside')).toEqual(['k']);
  });

  it('do not lead through a link to a file; a listing reports links as markers', async () => {
    await mkdir(scratch.path('root'));
    await writeFile(scratch.path('outside'), 'theirs');
    await symlink('../outside', scratch.path('root/link'));
    await symlink('.', scratch.path('root/loop'));
    await symlink('nowhere', scratch.path('root/dangling'));
    const store = scratch.store({ directory: scratch.path('root') });
    await store.write('k', textSource('ours'));
    await expectRefused(store, 'link', '');
    await expectRefused(store, 'dangling', '');
    const { entries, markers } = await store.listPage('');
    expect(entries.map(({ key }) => key)).toEqual(['k']);
    expect(markers).toEqual(['dangling', 'link', 'loop']);
    expect(await readFile(scratch.path('outside'), 'utf8')).toBe('theirs');
  });

  it('refuse a key beneath an object, and an object above keys, and say why', async () => {
    const store = scratch.store();
    await store.write('a/b', textSource('object'));
    await expect(store.write('a/b/c/d', textSource('x'))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('"a/b" is an object here'),
    });
    for (const kind of ['none', 'if-absent'] as const) {
      await expect(store.write('a', textSource('x'), { precondition: { kind } })).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining('keys lie beneath it'),
      });
    }
    expect(await contentsOf(store)).toEqual({ 'a/b': 'object' });
    expect(await scratch.files('.statesync/tmp')).toEqual([]);
  });

  it('take the place of an empty directory that somebody left', async () => {
    await mkdir(scratch.path('a'));
    const store = scratch.store();
    await store.write('a', textSource('object'), { precondition: { kind: 'if-absent' } });
    expect(await contentsOf(store)).toEqual({ a: 'object' });
  });

  it("refuse and hide what is the driver's own, here and in a store within the store", async () => {
    const store = scratch.store();
    const inner = scratch.store({ directory: scratch.path('inner') });
    await inner.write('k', textSource('inner'), { metadata: { a: 'b' } });
    await store.write('k', textSource('text'), { metadata: { a: 'b' } });
    const own = ['.statesync', '.statesync/tmp/k', '.statesync/meta/k', '.statesync/locks/k', 'inner/.statesync/k'];
    for (const key of own) {
      await expectRefused(store, key, 'keeps for itself');
    }
    expect(await contentsOf(store)).toEqual({ 'inner/k': 'inner', k: 'text' });
    expect((await store.listPage('', { delimiter: '/' })).prefixes).toEqual(['inner/']);
    expect((await store.listPage('.statesync/')).entries).toEqual([]);
  });

  it('hold the temporary files of kOps like any other', async () => {
    await mkdir(scratch.path('a'));
    await writeFile(scratch.path('a/tmp123'), 'theirs');
    expect(await contentsOf(scratch.store())).toEqual({ 'a/tmp123': 'theirs' });
  });

  it('are made of directories of which none stays behind', async () => {
    const store = scratch.store();
    await mkdir(scratch.path('a/theirs'), { recursive: true });
    await store.write('a/b/c/d', textSource('x'));
    await store.write('a/b/e', textSource('x'));
    await store.delete('a/b/c/d');
    await expect(stat(scratch.path('a/b/c'))).rejects.toThrow('ENOENT');
    await store.delete('a/b/e');
    await expect(stat(scratch.path('a/b'))).rejects.toThrow('ENOENT');
    expect((await stat(scratch.path('a/theirs'))).isDirectory()).toBe(true);
  });

  it('are written while others remove the last file of the same directory', async () => {
    const store = scratch.store();
    const churn = Array.from({ length: 6 }, async (_, worker) => {
      for (let turn = 0; turn < 6; turn += 1) {
        await store.write(`deep/dir/${worker}`, textSource('x'));
        await store.delete(`deep/dir/${worker}`);
      }
    });
    await Promise.all(churn);
    expect(await contentsOf(store)).toEqual({});
  });
});

describe('a disk that does not tell names by their case', () => {
  it('refuses a key that it would take for another, on the way or at the end', async () => {
    const store = scratch.store({ foldsNames: true });
    await store.write('Dir/Key', textSource('first'));
    for (const [key, double] of [
      ['Dir/key', 'Dir/Key'],
      ['dir/other', 'Dir'],
    ] as const) {
      await expect(store.write(key, textSource('x'))).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining(`"${double}", which is there already`),
      });
    }
    await store.write('caf\u00e9', textSource('x'));
    await expect(store.write('cafe\u0301', textSource('x'))).rejects.toMatchObject({ code: 'InvalidArgument' });
    await store.write('Dir/Key', textSource('second'));
    expect(await contentsOf(store)).toEqual({ 'Dir/Key': 'second', 'caf\u00e9': 'x' });
  });

  it('does not answer for another key', async () => {
    const store = scratch.store({ foldsNames: true });
    await writeFile(scratch.path('Key'), 'theirs');
    expect(await store.find('key')).toBeUndefined();
    await expect(store.read('key')).rejects.toMatchObject({ code: 'NotFound' });
    await store.delete('key');
    expect(await contentsOf(store)).toEqual({ Key: 'theirs' });
  });

  it('is asked for each name on the way', async () => {
    await mkdir(scratch.path('Dir'));
    await writeFile(scratch.path('Dir/Key'), 'theirs');
    const folding = new NameFolding(new FileRoot(scratch.directory), true);
    const itself = async (key: string) => folding.isItself(key as ObjectKey, 'stat');
    expect([await itself('Dir/Key'), await itself('Dir/other'), await itself('other')]).toEqual([true, true, true]);
    expect([await itself('Dir/key'), await itself('dir/Key'), await itself('DIR')]).toEqual([false, false, false]);
  });

  it('is noticed, and this disk is none', async () => {
    const store = scratch.store();
    await store.write('Key', textSource('upper'));
    await store.write('key', textSource('lower'));
    expect(await contentsOf(store)).toEqual({ Key: 'upper', key: 'lower' });
  });
});

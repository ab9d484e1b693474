import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSecret } from '../../lib/vfs/secret-reference.ts';

const directory = mkdtempSync(join(tmpdir(), 'statesync-secret-'));
afterAll(() => rmSync(directory, { recursive: true }));

function written(name: string, content: string): { readonly file: string } {
  const file = join(directory, name);
  writeFileSync(file, content);
  return { file };
}

describe('a secret that is referred to', () => {
  it('is the value of a variable, as it is', async () => {
    expect(await readSecret('token', { env: 'TOKEN' }, { TOKEN: ' with space ' })).toBe(' with space ');
  });

  it('is the content of a file, without the white space around it', async () => {
    expect(await readSecret('token', written('padded', '\n s e cret \r\n'), {})).toBe('s e cret');
  });

  it('is read anew each time: a file may be renewed', async () => {
    const at = written('renewed', 'old');
    expect(await readSecret('token', at, {})).toBe('old');
    written('renewed', 'new');
    expect(await readSecret('token', at, {})).toBe('new');
  });

  it.each([
    [{ env: 'TOKEN' }, 'token: environment variable TOKEN is not set'],
    [{ env: 'EMPTY' }, 'token: environment variable EMPTY is not set'],
    [{ file: '/nowhere/token' }, 'token: file /nowhere/token cannot be read (ENOENT)'],
    [{ file: directory }, `token: file ${directory} cannot be read (EISDIR)`],
    [written('blank', ' \n'), `token: file ${join(directory, 'blank')} is empty`],
  ])('that %j does not have is named by its field and its place', async (at, message) => {
    await expect(readSecret('token', at, { EMPTY: '' })).rejects.toMatchObject({
      name: 'CredentialsError',
      code: 'Unauthenticated',
      message,
    });
  });
});

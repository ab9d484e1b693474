import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contents, memoryStore } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const refused = async (argv: readonly string[], cwd = '/nowhere') => {
  const { code, stdout, stderr } = await statesync(['sync', '--yes', ...argv], { cwd });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  return stderr;
};

describe('sync refuses', () => {
  it('one place as both ends, and one inside the other', async () => {
    const { url } = await memoryStore({ 'c/config': 'x' });
    expect(await refused([url, url])).toBe(
      'error: TO is the same place as FROM; name another bucket, prefix or directory\n',
    );
    expect(await refused([url, `${url}/copies`])).toContain('TO lies inside FROM');
    expect(await refused([`${url}/copies`, url])).toContain('TO has FROM inside it');
    expect(await refused(['./a', './b/../a/'], '/somewhere')).toContain('TO is the same place as FROM');
  });

  it('a directory that is the other one by a symbolic link', async () => {
    const cwd = await workingDirectory({ 'a/c/config': 'x' });
    await mkdir(join(cwd, 'a/inner'));
    await symlink(join(cwd, 'a/inner'), join(cwd, 'link'));
    expect(await refused(['./a', './link'], cwd)).toContain('TO lies inside FROM');
    expect(await refused(['./a', './link/not-there-yet'], cwd)).toContain('TO lies inside FROM');
  });

  it('to send keys and secrets elsewhere before somebody said so, and explains both choices', async () => {
    const { url } = await memoryStore({ 'c/config': 'x', 'c/secrets/kube': 'secret content' });
    const text = await refused([url, './copy'], '/somewhere');
    expect(text).toBe(
      [
        'error: TO is with another provider (a local directory, not memory), and objects of the classes addon, manifest, keyset, secret, etcd-backup hold keys and secrets. Say what is meant:',
        '  --sensitive include  copies them too; whoever can read TO can then take over the clusters',
        '  --sensitive exclude  leaves them out; TO is then incomplete, and no cluster can be restored from it alone',
        '',
      ].join('\n'),
    );
    expect(await refused(['./a', './b', '--class', 'config,secret'], '/somewhere')).toContain(
      'TO is not known to encrypt at rest (a local directory), and objects of the classes secret hold',
    );
  });

  it('nothing of the kind where no class with secrets is carried', async () => {
    const { url } = await memoryStore();
    const { stderr } = await statesync(['sync', url, 's3://x', '--yes', '--class', 'config'], {
      env: { S3_ENDPOINT: 'http://127.0.0.1:9', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' },
      clock: { now: () => 0, sleep: async () => {} },
    });
    expect(stderr).not.toContain('--sensitive');
  });

  it('a part of a cluster, where keys no longer say what they are', async () => {
    const from = await memoryStore({ 'c/config': 'x', 'c/secrets/kube': 'x' });
    const to = await memoryStore({ 'c/config': 'x' });
    expect(await refused([`${from.url}/c/secrets`, to.url])).toContain(
      `FROM lies inside the cluster at ${from.url}/c, where a key alone does not say what it is`,
    );
    expect(await refused([from.url, `${to.url}/c/backups/etcd/main/control`])).toContain(
      `TO lies inside the cluster at ${to.url}/c`,
    );
    expect(await contents(to)).toEqual({ 'c/config': 'x' });
  });

  it('no state store of which the path only looks like a part of a cluster', async () => {
    const from = await memoryStore({ 'team/secrets/copies/c/config': 'x' });
    const to = await memoryStore();
    const { code } = await statesync(['sync', `${from.url}/team/secrets/copies`, to.url, '--yes', '--gate', 'off']);
    expect(code).toBe(0);
    expect(await contents(to)).toEqual({ 'c/config': 'x' });
  });

  it('an empty source, which would be a mistaken name', async () => {
    const [from, to] = [await memoryStore(), await memoryStore({ 'x/unknown': 'x' })];
    const { code, stderr } = await statesync(['sync', from.url, to.url, '--yes', '--delete']);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: ${from.url}/ holds no object; check the name. Nothing was changed`);
    expect(await contents(to)).toEqual({ 'x/unknown': 'x' });
  });

  it('options that contradict each other or mean nothing', async () => {
    expect(await refused(['memfs://a', 'memfs://b', '--class', 'config', '--exclude-class', 'secret'])).toContain(
      '--class and --exclude-class exclude each other',
    );
    expect(await refused(['memfs://a', 'memfs://b', '--class', 'secrets'])).toContain(
      '"secrets" is no class of objects; did you mean "secret"?',
    );
    expect(await refused(['memfs://a', 'memfs://b', '--max-deletes', '-1'])).toContain('whole number from 0 on');
    expect(await refused(['memfs://a', 'memfs://b', '--sensitive', 'maybe'])).toContain('include, exclude');
  });
});

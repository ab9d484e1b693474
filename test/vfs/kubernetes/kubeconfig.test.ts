import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialsError } from '../../../lib/vfs/credentials-error.ts';
import type { Access } from '../../../lib/vfs/kubernetes/access.ts';
import { kubeconfigAccess, kubeconfigPaths } from '../../../lib/vfs/kubernetes/kubeconfig.ts';

const secret = 'a-token-that-nobody-may-see';
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statesync-kubeconfig-'));
});

afterAll(() => rm(directory, { recursive: true }));

/** Writes a file and answers its path. */
async function file(name: string, content: string | object): Promise<string> {
  const path = join(directory, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A credential command, as far as it is looked at. */
interface Exec {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly command: string;
}

const cluster = (name: string, server = `https://${name}:6443`, more = {}) => ({ name, cluster: { server, ...more } });
const context = (name: string, of: object) => ({ name, context: of });

function access(paths: readonly string[], name?: string, environment = {}) {
  return kubeconfigAccess(paths, name, environment);
}

describe('where a kubeconfig lies', () => {
  it('is where KUBECONFIG says, in several files', () => {
    expect(kubeconfigPaths({ KUBECONFIG: '/a:/b::/c', HOME: '/home/me' })).toEqual(['/a', '/b', '/c']);
  });

  it('is ~/.kube/config otherwise, also when KUBECONFIG is empty', () => {
    expect(kubeconfigPaths({ KUBECONFIG: '', HOME: '/home/me' })).toEqual(['/home/me/.kube/config']);
    expect(kubeconfigPaths({})).toEqual([]);
  });
});

describe('what kubeconfigs say', () => {
  it('is that of the current context, and of another one that is named', async () => {
    const path = await file('two-contexts', {
      'current-context': 'one',
      clusters: [cluster('c1'), cluster('c2')],
      users: [{ name: 'u1', user: { token: 't1' } }],
      contexts: [context('one', { cluster: 'c1', user: 'u1', namespace: 'n1' }), context('two', { cluster: 'c2' })],
    });
    expect(await access([path])).toMatchObject({ server: 'https://c1:6443', user: { token: 't1' }, namespace: 'n1' });
    expect(await access([path], 'two')).toMatchObject({ server: 'https://c2:6443', user: {}, namespace: undefined });
  });

  it('of several, the first one wins that has a name or the current context, and missing ones are passed over', async () => {
    const first = await file('first', { users: [{ name: 'u', user: { token: 'first' } }], clusters: [cluster('c')] });
    const second = await file('second', {
      'current-context': 'from-second',
      users: [{ name: 'u', user: { token: 'second', username: 'not taken' } }],
      contexts: [context('from-second', { cluster: 'c', user: 'u' })],
    });
    const third = await file('third', {
      'current-context': 'from-third',
      clusters: [cluster('c', 'https://third')],
      contexts: [context('from-third', { cluster: 'c', user: 'u' })],
    });
    const merged = await access([first, join(directory, 'nowhere'), second, third]);
    expect(merged).toMatchObject({ server: 'https://c:6443', user: { token: 'first' } });
    expect(merged?.user).not.toHaveProperty('username');
  });

  it('none is there: there is no access', async () => {
    expect(await access([join(directory, 'nowhere')])).toBeUndefined();
    expect(await access([])).toBeUndefined();
  });

  it('has paths that count from the directory of their file', async () => {
    const path = await file('deep/er/config', {
      'current-context': 'x',
      clusters: [cluster('c', 'https://c', { 'certificate-authority': 'ca.crt' })],
      users: [
        {
          name: 'u',
          user: {
            'client-certificate': '../me.crt',
            'client-key': '/abs/me.key',
            tokenFile: 'token',
            exec: { command: './get-token' },
          },
        },
      ],
      contexts: [context('x', { cluster: 'c', user: 'u' })],
    });
    const deep = join(directory, 'deep');
    expect(await access([path])).toMatchObject({
      cluster: { 'certificate-authority': join(deep, 'er/ca.crt') },
      user: {
        'client-certificate': join(deep, 'me.crt'),
        'client-key': '/abs/me.key',
        exec: { command: join(deep, 'er/get-token') },
      },
      tokenFile: join(deep, 'er/token'),
    });
  });

  it('a credential command gets the environment that was passed, the question, and its own variables last', async () => {
    const path = await file('exec', {
      'current-context': 'x',
      clusters: [cluster('c')],
      users: [
        {
          name: 'u',
          user: {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', env: [{ name: 'A', value: 'own' }] },
          },
        },
      ],
      contexts: [context('x', { cluster: 'c', user: 'u' })],
    });
    const found = await access([path], undefined, { A: 'around', UNSET: undefined });
    const { exec } = (found as Access).user;
    const { env, command } = exec as Exec;
    expect(command).toBe('aws');
    expect(env.map(({ name }) => name)).toEqual(['A', 'KUBERNETES_EXEC_INFO', 'A']);
    expect(env.at(-1)?.value).toBe('own');
    expect(JSON.parse(env[1]?.value ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: { interactive: false },
    });
  });
});

describe('a kubeconfig that does not fit is told by one error, without what is in it', () => {
  const users = [{ name: 'u', user: { token: secret } }];
  const contexts = [context('x', { cluster: 'c', user: 'u' })];
  const good = { 'current-context': 'x', clusters: [cluster('c')], users, contexts };
  const wrong: readonly (readonly [string, string | object, RegExp])[] = [
    ['no YAML', `users: [{name: u, user: {token: ${secret}`, /line \d+, column \d+: this is no valid YAML/],
    ['a scalar', secret, /no mapping with clusters, users and contexts/],
    ['clusters that are no list', { ...good, clusters: { c: 1 } }, /clusters is no list/],
    ['an entry without a name', { ...good, users: [{ user: { token: secret } }] }, /users\[0\] has no name/],
    [
      'an entry that is no mapping',
      { ...good, users: [{ name: 'u', user: secret }] },
      /users\[0\]\.user is no mapping/,
    ],
    ['no current context', { ...good, 'current-context': '' }, /no current-context.*contexts are: x/],
    ['a current context that is not there', { ...good, 'current-context': 'y' }, /no context "y".*contexts are: x/],
    ['a cluster that is not there', { ...good, clusters: [] }, /context "x" names the cluster "c"/],
    ['a user that is not there', { ...good, users: [] }, /context "x" names the user "u"/],
    ['no server', { ...good, clusters: [{ name: 'c', cluster: {} }] }, /cluster "c" has no server like https/],
    [
      'a server that is no URL',
      { ...good, clusters: [cluster('c', 'c:6443')] },
      /cluster "c" has no server like https/,
    ],
    ['plain http', { ...good, clusters: [cluster('c', 'http://c')] }, /plain http; say insecure-skip-tls-verify/],
    ...[`https://user:${secret}@c:6443`, `https://${secret}@c`, `https://c?token=${secret}`, `http://c#${secret}`].map(
      (server) =>
        [
          `credentials in ${server}`,
          { ...good, clusters: [cluster('c', server)] },
          /cluster "c" has a server with a user, a password or a query; write it like https:\/\/host:6443/,
        ] as [string, object, RegExp],
    ),
    [
      'impersonation of groups',
      { ...good, users: [{ name: 'u', user: { token: secret, as: 'x', 'as-groups': ['g'] } }] },
      /has as-groups, which is not supported/,
    ],
  ];

  it.each(wrong)('%s', async (_, content, message) => {
    const path = await file('wrong', content);
    const error: unknown = await access([path]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CredentialsError);
    expect(error).toMatchObject({ code: 'InvalidArgument', message: expect.stringMatching(message) });
    expect(String((error as Error).message)).toContain(path);
    expect((error as Error).message).not.toContain(secret);
  });

  it('a context of the URL that is not there', async () => {
    const path = await file('named', good);
    await expect(access([path], 'z')).rejects.toThrow('no context "z", which the URL names; the contexts are: x');
  });

  it('a file that cannot be read', async () => {
    await mkdir(join(directory, 'a-directory'));
    await expect(access([join(directory, 'a-directory')])).rejects.toMatchObject({
      code: 'Unauthenticated',
      message: expect.stringContaining('a-directory cannot be read (EISDIR)'),
    });
  });
});

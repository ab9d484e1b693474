import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { createFastClock } from '../../support/clock.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

const second = 1000;
let clock: ReturnType<typeof createFastClock>;
let local: LocalVault;

beforeEach(async () => {
  clock = createFastClock();
  local = await startLocalVault({}, clock);
});

afterEach(() => local.close());

const pass = (seconds: number) => clock.sleep(seconds * second);
const count = (operation: string) => local.vault.requests.of(operation);
const tokenFor = (options: Parameters<LocalVault['vault']['tokens']['create']>[0]) =>
  local.vault.tokens.create(options).id;

describe('a token that is given', () => {
  it('is looked up once and used for every call', async () => {
    const store = local.store();
    await store.write('a', textSource('1'));
    await store.stat('a');
    expect(count('lookup-self')).toBe(1);
  });

  it('is the one of the definition, of an environment variable or a file, before that of VAULT_TOKEN', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vault-token-'));
    const file = join(directory, 'token');
    await writeFile(file, `${local.root}\n`);
    for (const token of [{ file }, { env: 'OTHER_TOKEN' }]) {
      const environment = { VAULT_TOKEN: 'hvs.wrong', OTHER_TOKEN: local.root };
      const store = local.store({ credentials: { token } }, environment);
      expect(await store.find('a')).toBeUndefined();
    }
    await rm(directory, { recursive: true });
  });

  it('is named where it is missing', async () => {
    for (const [token, words] of [
      [{ env: 'OTHER_TOKEN' }, 'token: environment variable OTHER_TOKEN is not set'],
      [{ file: '/nowhere/token' }, 'token: file /nowhere/token cannot be read (ENOENT)'],
    ] as const) {
      const error = await failureOf(local.store({ credentials: { token } }, {}).find('a'));
      expect(error).toMatchObject({ code: 'Unauthenticated', reason: words });
    }
    expect(local.vault.requests.total).toBe(0);
  });

  it('is named, and not repeated, where Vault does not know it', async () => {
    const error = await failureOf(local.store({}, { VAULT_TOKEN: 'hvs.wrong' }).find('a'), ['hvs.wrong']);
    expect(error.code).toBe('Unauthenticated');
    expect(error.message).toContain('token of VAULT_TOKEN: status 403');
    expect(error.message).toContain('the token has expired or was revoked');
  });

  it('is renewed when two thirds of its time have passed, and not before', async () => {
    const store = local.store({}, { VAULT_TOKEN: tokenFor({ ttl: 60 }) });
    await store.find('a');
    await pass(39);
    await store.find('a');
    expect(count('renew-self')).toBe(0);
    for (let round = 1; round <= 5; round += 1) {
      await pass(round === 1 ? 2 : 41);
      await store.find('a');
      expect(count('renew-self')).toBe(round);
    }
  });

  it('is renewed once for all calls that wait for it', async () => {
    const store = local.store({}, { VAULT_TOKEN: tokenFor({ ttl: 60 }) });
    await store.find('a');
    await pass(50);
    await Promise.all([1, 2, 3, 4].map((n) => store.find(`a${n}`)));
    expect(count('renew-self')).toBe(1);
  });

  it('is not renewed when it does not end, or cannot be', async () => {
    for (const make of [() => local.root, () => tokenFor({ ttl: 600, renewable: false })]) {
      const store = local.store({}, { VAULT_TOKEN: make() });
      await store.find('a');
      await pass(500);
      await store.find('a');
    }
    expect(count('renew-self')).toBe(0);
  });

  it('goes on being used while it is good and its renewal fails', async () => {
    const store = local.store({}, { VAULT_TOKEN: tokenFor({ ttl: 60 }) });
    await store.find('a');
    local.vault.script = ({ operation }) =>
      operation === 'renew-self' ? { kind: 'answer', status: 503, errors: ['try later'] } : undefined;
    await pass(41);
    await store.find('a');
    await store.find('a');
    expect(count('renew-self')).toBe(1);
    await pass(11);
    await store.find('a');
    expect(count('renew-self')).toBe(2);
  });

  it('that has ended, or was revoked, is Unauthenticated', async () => {
    const ended = tokenFor({ ttl: 60, renewable: false });
    const revoked = tokenFor({});
    for (const [token, end] of [
      [ended, () => pass(61)],
      [revoked, async () => local.vault.tokens.revoke(revoked)],
    ] as const) {
      const store = local.store({}, { VAULT_TOKEN: token });
      await store.find('a');
      await end();
      const error = await failureOf(store.write('a', textSource('x')), [token]);
      expect(error).toMatchObject({ code: 'Unauthenticated', maybeApplied: false });
      expect(error.message).toContain('VAULT_TOKEN');
    }
  });

  it('that was replaced in its file is read again when the old one has ended', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vault-token-'));
    const file = join(directory, 'token');
    const old = tokenFor({});
    await writeFile(file, old);
    const store = local.store({ credentials: { token: { file } } }, {});
    await store.find('a');
    await writeFile(file, local.root);
    local.vault.tokens.revoke(old);
    await store.write('a', textSource('x'));
    await rm(directory, { recursive: true });
  });

  it('without the policy "default" may not look itself up, and is used all the same', async () => {
    local.vault.policies.set('reader', { 'kv/data/*': ['read'] });
    const store = local.store({}, { VAULT_TOKEN: tokenFor({ policies: ['reader'], ttl: 60 }) });
    expect(await store.find('a')).toBeUndefined();
    await failureOf(store.write('a', textSource('x')));
  });
});

describe('what a policy does not allow', () => {
  it('is PermissionDenied, never absence, and asks for no other token', async () => {
    local.vault.policies.set('writer', { 'kv/data/mine/*': ['create', 'update', 'read'] });
    const token = tokenFor({ policies: ['default', 'writer'], ttl: 3600 });
    const store = local.store({}, { VAULT_TOKEN: token });
    await store.write('mine/a', textSource('x'));
    for (const call of [
      () => store.stat('other'),
      () => store.find('other'),
      () => store.read('other'),
      () => store.write('other', textSource('x')),
      () => store.delete('other'),
      () => store.listPage(''),
    ]) {
      expect(await failureOf(call(), [token])).toMatchObject({ code: 'PermissionDenied', maybeApplied: false });
    }
    expect(count('lookup-self')).toBe(1);
  });
});

describe('a namespace', () => {
  it('goes with every request, and the token has to be good in it', async () => {
    local.vault.mountKv('team/kv');
    const namespaces = new Set<string>();
    local.vault.script = ({ namespace }) => {
      namespaces.add(namespace);
      return undefined;
    };
    const token = tokenFor({ namespace: 'team' });
    const store = local.store({}, { VAULT_TOKEN: token, VAULT_NAMESPACE: 'team' });
    await store.write('a', textSource('of the team'));
    expect(await local.store().find('a')).toBeUndefined();
    expect(namespaces).toEqual(new Set(['team', '']));
    const elsewhere = local.store({ namespace: 'other' }, { VAULT_TOKEN: token });
    expect((await failureOf(elsewhere.find('a'))).code).not.toBe('NotFound');
  });
});

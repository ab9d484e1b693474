import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Identity, IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { startSession } from '../../../lib/local-cloud/sts/assume-role.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import type { AwsAuth } from '../../loopback/vault/aws-auth.ts';
import { createFastClock } from '../../support/clock.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

const role = 'nodes.prod.example.com';
const boundPrincipal = `arn:aws:iam::111111111111:role/${role}`;
let clock: ReturnType<typeof createFastClock>;
let identities: IdentityRegistry;
let session: Identity;
let local: LocalVault;
let auth: AwsAuth;

beforeEach(async () => {
  clock = createFastClock();
  identities = new IdentityRegistry();
  const known = identities.addRole({ arn: boundPrincipal, policy: { Statement: [] }, trusted: [] });
  session = startSession(identities, known, 'i-0123456789abcdef0', clock.now() + 86_400_000);
  local = await startLocalVault({}, clock);
  local.vault.policies.set('store', {
    'kv/data/*': ['create', 'read', 'update'],
    'kv/metadata/*': ['read', 'list'],
    'kv/delete/*': ['update'],
  });
  auth = local.vault.mountAws('aws', { identities, serverId: '127.0.0.1' });
  auth.roles.set(role, { boundPrincipal, policies: ['store'], ttl: 60, maxTtl: 200 });
});

afterEach(() => local.close());

function keys({ accessKeyId, secretAccessKey, sessionToken }: Identity = session): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
  };
}

const storeWith = (definition: Partial<StoreDefinition> = {}, environment: Record<string, string> = {}) =>
  local.store(definition, { ...keys(), ...environment });
const secrets = () => [session.secretAccessKey, session.sessionToken ?? ''];
const count = (operation: string) => local.vault.requests.of(operation);
const pass = (seconds: number) => clock.sleep(seconds * 1000);

describe('the IAM login', () => {
  it('needs nothing but the AWS credentials: the role is the one that is named like the principal, as kOps has it', async () => {
    const store = storeWith();
    await store.write('a', textSource('x'));
    expect((await store.stat('a')).size).toBe(1);
    expect(count('login')).toBe(1);
    expect(count('lookup-self')).toBe(0);
  });

  it('is made before VAULT_TOKEN is looked at, where the definition asks for it', async () => {
    const store = storeWith({ credentials: { awsRole: role } }, { VAULT_TOKEN: 'hvs.wrong' });
    expect(await store.find('a')).toBeUndefined();
  });

  it('is made without the token that the process has in its own environment', async () => {
    const tokens: (string | undefined)[] = [];
    local.vault.script = ({ operation, token }) => {
      tokens.push(...(operation === 'login' ? [token] : []));
      return undefined;
    };
    const before = { ...process.env };
    Object.assign(process.env, { VAULT_TOKEN: 'hvs.of-the-process' });
    await storeWith().find('a');
    process.env = before;
    expect(tokens).toEqual([undefined]);
  });

  it('takes role, mount and server id of the definition', async () => {
    const other = local.vault.mountAws('teams/aws', { identities, serverId: 'vault.example.com' });
    other.roles.set('replica', { boundPrincipal, policies: ['store'], ttl: 60 });
    const credentials = { awsRole: 'replica', authMount: 'teams/aws', serverId: 'vault.example.com' };
    expect(await storeWith({ credentials }).find('a')).toBeUndefined();
  });

  it('is signed for the token service of the region that the definition names, and else for the global one', async () => {
    auth = local.vault.mountAws('aws', { identities, stsHost: 'sts.eu-west-1.amazonaws.com' });
    auth.roles.set(role, { boundPrincipal, policies: ['store'], ttl: 60 });
    expect(await storeWith({ region: 'eu-west-1' }).find('a')).toBeUndefined();
    expect(await failureOf(storeWith().find('a'), secrets())).toMatchObject({ code: 'Unauthenticated' });
  });

  it('follows AWS_ENDPOINT_URL_STS, as all AWS tools do', async () => {
    auth = local.vault.mountAws('aws', { identities, stsHost: 'sts.internal:8443' });
    auth.roles.set(role, { boundPrincipal, policies: ['store'], ttl: 60 });
    const store = storeWith({}, { AWS_ENDPOINT_URL_STS: 'https://sts.internal:8443' });
    expect(await store.find('a')).toBeUndefined();
  });

  it.each([
    [
      'another key',
      () => keys({ ...session, secretAccessKey: 'a-wrong-secret' }),
      {},
      'received error code 403 from STS',
    ],
    ['another server id', () => ({}), { credentials: { awsRole: '', serverId: 'elsewhere' } }, 'expected "127.0.0.1"'],
    ['a role that is not there', () => ({}), { credentials: { awsRole: 'none' } }, 'entry for role none not found'],
    [
      'a mount that is not there',
      () => ({}),
      { credentials: { awsRole: '', authMount: 'x' } },
      'at auth/x, role "": status 403: permission denied',
    ],
  ])('with %s is Unauthenticated, says so, and shows no secret', async (_, environment, definition, words) => {
    const call = storeWith(definition, environment()).write('a', textSource('x'));
    const error = await failureOf(call, [...secrets(), 'a-wrong-secret']);
    expect(error).toMatchObject({ code: 'Unauthenticated', maybeApplied: false });
    expect(error.message).toContain('error authenticating vault to AWS');
    expect(error.message).toContain(words);
  });

  it('of a principal that the role does not know is Unauthenticated', async () => {
    const stranger = identities.addUser('222222222222', 'stranger');
    const error = await failureOf(
      storeWith({ credentials: { awsRole: role } }, { ...keys(stranger), AWS_SESSION_TOKEN: '' }).find('a'),
    );
    expect(error.message).toContain('does not belong to the role');
  });

  it('without AWS credentials names every source that was tried', async () => {
    const environment = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
    const error = await failureOf(local.store({}, environment).find('a'));
    expect(error.code).toBe('Unauthenticated');
    expect(error.message).toContain('error authenticating vault to AWS');
    expect(error.message).toContain('since VAULT_TOKEN is not set: no credentials: AWS_ACCESS_KEY_ID not set');
    expect(local.vault.requests.total).toBe(0);
  });

  it('that the store asks for says nothing of VAULT_TOKEN', async () => {
    const environment = { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
    const error = await failureOf(local.store({ credentials: { awsRole: role } }, environment).find('a'));
    expect(error.message).not.toContain('VAULT_TOKEN');
  });

  it('that Vault cannot answer now may be repeated', async () => {
    local.vault.sealed = true;
    const error = await failureOf(storeWith().write('a', textSource('x')), secrets());
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false, retryable: true });
  });
});

describe('the token of an IAM login', () => {
  it('is renewed while that is possible, and then had anew', async () => {
    const store = storeWith();
    await store.find('a');
    for (let passed = 0; passed < 180; passed += 45) {
      await pass(45);
      await store.find('a');
    }
    expect([count('login'), count('renew-self')]).toEqual([1, 4]);
    await pass(45);
    await store.find('a');
    expect(count('login')).toBe(2);
  });

  it('that cannot be renewed is had anew before it ends', async () => {
    auth.roles.set(role, { boundPrincipal, policies: ['store'], ttl: 60, renewable: false });
    const store = storeWith();
    await store.find('a');
    await pass(41);
    await store.find('a');
    expect([count('login'), count('renew-self')]).toEqual([2, 0]);
  });

  it('that was revoked is had anew, once for all calls that are refused, and they go on', async () => {
    const store = storeWith();
    let token: string | undefined;
    local.vault.script = (heard) => {
      token = heard.token;
      return undefined;
    };
    await store.write('a', textSource('x'));
    local.vault.tokens.revoke(token ?? '');
    await Promise.all([1, 2, 3].map((n) => store.write(`a${n}`, textSource('x'))));
    expect(count('login')).toBe(2);
  });

  it('that has ended while nobody called is had anew', async () => {
    const store = storeWith();
    await store.find('a');
    await pass(3600);
    await store.write('a', textSource('x'));
    expect(count('login')).toBe(2);
  });

  it('is not had anew for what its policy does not allow', async () => {
    const store = storeWith();
    await store.find('a');
    local.vault.policies.set('store', {});
    expect(await failureOf(store.find('a'))).toMatchObject({ code: 'PermissionDenied' });
    expect(count('login')).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { VfsError } from '../../../lib/vfs/errors.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { vaultSettings } from '../../../lib/vfs/vault/settings.ts';

const settingsOf = (url: string, rest: Partial<StoreDefinition> = {}, environment: Record<string, string> = {}) =>
  vaultSettings({ url, ...rest }, environment);

function refusalOf(run: () => unknown): VfsError {
  try {
    run();
  } catch (error) {
    return error as VfsError;
  }
  throw new Error('it was not refused');
}

describe('a URL of a Vault', () => {
  it.each([
    ['vault://vault.example.com/kv/clusters/a', 'https://vault.example.com', 'kv', 'vault://vault.example.com/kv'],
    ['vault://vault:8200/kv/a', 'https://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://vault:8200/kv/a?tls=false', 'http://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://vault:8200/kv/a?tls=true', 'https://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://vault:8200/kv/a?tls=False', 'https://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://vault:8200/kv/a?x=1&tls=false', 'http://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://vault:8200/kv/?tls=false', 'http://vault:8200', 'kv', 'vault://vault:8200/kv'],
    ['vault://[::1]:8200/my%20kv/a', 'https://[::1]:8200', 'my kv', 'vault://[::1]:8200/my%20kv'],
  ])('%s is the mount at %s', (url, endpoint, mount, own) => {
    expect(settingsOf(url)).toMatchObject({ endpoint, mount, url: own });
  });

  it.each([
    ['vault://vault:8200', 'vault path must have both a mount point and a path. Got: ""'],
    ['vault://vault:8200/', 'vault path must have both a mount point and a path. Got: ""'],
    ['vault://vault:8200/kv', 'vault path must have both a mount point and a path. Got: "kv"'],
    ['vault://vault:8200/kv?tls=false', 'vault path must have both a mount point and a path. Got: "kv"'],
    ['vault://vault:8200//a', 'vault path must have both a mount point and a path. Got: "/a"'],
    ['vault://vault:port/kv/a', 'invalid vault url: "vault://vault:port/kv/a"'],
    ['vault://vault/k%v/a', 'invalid vault url: "vault://vault/k%v/a"'],
  ])("%s is refused in kOps's words", (url, words) => {
    expect(refusalOf(() => settingsOf(url))).toMatchObject({ code: 'InvalidArgument', reason: words });
  });

  it('with a user and a password is refused, and neither is repeated', () => {
    const { message } = refusalOf(() => settingsOf('vault://someone:hidden-value@vault/kv/a'));
    expect(message).toContain('VAULT_TOKEN');
    expect(message).not.toMatch(/hidden-value|someone/);
  });
});

describe('signing in', () => {
  const url = 'vault://vault.example.com:8200/kv/a';

  it('is by VAULT_TOKEN where it is set', () => {
    expect(settingsOf(url, {}, { VAULT_TOKEN: 't' }).signIn).toEqual({ kind: 'token', token: { env: 'VAULT_TOKEN' } });
  });

  it.each([[{}], [{ VAULT_TOKEN: '' }]])(
    'is by AWS IAM with an empty role and the host without its port where the environment is %j, as in kOps',
    (environment) => {
      const asInKops = { kind: 'aws', role: '', authMount: 'aws', serverId: 'vault.example.com' };
      const signIn = { ...asInKops, insteadOf: 'VAULT_TOKEN' };
      expect(settingsOf(url, {}, environment as Record<string, string>).signIn).toEqual(signIn);
    },
  );

  it('has the address of IPv6 without brackets as server id', () => {
    expect(settingsOf('vault://[::1]:8200/kv/a').signIn).toMatchObject({ serverId: '::1' });
  });

  it('is as the definition says, whatever the environment says', () => {
    const environment = { VAULT_TOKEN: 't' };
    const token = { file: '/run/token' };
    expect(settingsOf(url, { credentials: { token } }, environment).signIn).toEqual({ kind: 'token', token });
    const credentials = { awsRole: 'nodes', authMount: 'aws-prod', serverId: 'id' };
    expect(settingsOf(url, { credentials, region: 'eu-west-1' }, environment).signIn).toEqual({
      kind: 'aws',
      role: 'nodes',
      authMount: 'aws-prod',
      serverId: 'id',
      region: 'eu-west-1',
    });
  });

  it('is not by the credentials of another kind of store', () => {
    const { message } = refusalOf(() => settingsOf(url, { credentials: { profile: 'ops' } }));
    expect(message).toContain('its credentials say profile; a store of this kind takes token or awsRole');
  });
});

describe('namespace and certificates', () => {
  const url = 'vault://vault/kv/a';
  const environment = { VAULT_NAMESPACE: 'of-environment', VAULT_CACERT: '/environment.pem' };

  it('come from VAULT_NAMESPACE and VAULT_CACERT', () => {
    const caCert = { path: '/environment.pem', from: 'VAULT_CACERT' };
    expect(settingsOf(url, {}, environment)).toMatchObject({ namespace: 'of-environment', caCert });
  });

  it('come from the definition first', () => {
    const own = { namespace: 'own', caCert: '/own.pem' };
    const caCert = { path: '/own.pem', from: 'caCert' };
    expect(settingsOf(url, own, environment)).toMatchObject({ namespace: 'own', caCert });
  });

  it('are left out where nobody names them, and where a variable is empty', () => {
    const settings = settingsOf(url, {}, { VAULT_NAMESPACE: '', VAULT_CACERT: '' });
    expect(settings).not.toHaveProperty('namespace');
    expect(settings).not.toHaveProperty('caCert');
  });
});

describe('limits', () => {
  it('are those of an entry of 1 MiB, as base64 and with room for what goes with the content', () => {
    expect(settingsOf('vault://vault/kv/a').capabilities).toMatchObject({ maxWriteSize: 762 * 1024 });
  });

  it.each([100_000, 10_000_000])('are %d bytes where the definition says so', (maxWriteSize) => {
    const { capabilities } = settingsOf('vault://vault/kv/a', { capabilities: { maxWriteSize } });
    expect(capabilities).toMatchObject({ maxWriteSize, maxObjectSize: maxWriteSize });
  });
});

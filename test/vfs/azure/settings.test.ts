import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/azure/open.ts';
import { azureSettings } from '../../../lib/vfs/azure/settings.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

const form = 'azureblob://<account>/<container>/<key>';
const accountKey = { accountKey: { env: 'KEY' } };

function settings(definition: StoreDefinition, environment: Readonly<Record<string, string>> = {}) {
  return azureSettings(definition, environment);
}

describe('the place of a container', () => {
  it('is the account and the container of the URL, in the public cloud', () => {
    expect(settings({ url: 'azureblob://account/state/clusters' })).toMatchObject({
      account: 'account',
      container: 'state',
      url: 'azureblob://account/state',
      endpoint: 'https://account.blob.core.windows.net',
      signIn: { chain: 'default' },
    });
  });

  it.each(['azureblob://a/state', 'azureblob://Account/state', 'azureblob://an-account/state'])(
    'is no account of a name like that of %s',
    (url) => {
      expect(() => settings({ url })).toThrow(/is no storage account: 3 to 24 lower-case letters and digits/);
    },
  );

  it.each([
    'azureblob://account/st',
    'azureblob://account/State',
    'azureblob://account/a--b',
    'azureblob://account/a_b',
  ])('is no container of a name like that of %s', (url) => {
    expect(() => settings({ url })).toThrow(/is no container: 3 to 63 lower-case letters/);
  });

  it.each(['$root', '$web', 'a1-b2-c3', 'abc'])('may be the container %s', (container) => {
    expect(settings({ url: `azureblob://account/${container}` }).container).toBe(container);
  });
});

describe('what kOps says', () => {
  it('of a set AZURE_STORAGE_ACCOUNT, before anything else', () => {
    const message = `unset AZURE_STORAGE_ACCOUNT; the storage account belongs in the URL:  ${form}`;
    expect(() => settings({ url: 'azureblob://' }, { AZURE_STORAGE_ACCOUNT: 'account' })).toThrow(message);
    expect(() => settings({ url: 'azureblob://account/state' }, { AZURE_STORAGE_ACCOUNT: '' })).not.toThrow();
  });

  it.each(['azureblob://', 'azureblob:///state'])('of %s, which has no account', (url) => {
    expect(() => settings({ url })).toThrow(`no storage account specified in ${JSON.stringify(url)}; expected ${form}`);
  });

  it.each(['azureblob://account', 'azureblob://account/', 'azureblob://account//key'])(
    'of %s, which has no container',
    (url) => {
      expect(() => settings({ url })).toThrow(`no container specified in ${JSON.stringify(url)}; expected ${form}`);
    },
  );

  it.each(['azureblob://account', 'azureblob://Account/state', 'azureblob://account/a_b', 'azureblob://'])(
    'of %s, without a signature that stands behind it',
    (url) => {
      for (const environment of [{}, { AZURE_STORAGE_ACCOUNT: 'account' }]) {
        for (const text of [`${url}?sig=hidden-value`, `${url}#hidden-value`]) {
          expect(() => settings({ url: text }, environment)).toThrow(/^(?!.*hidden-value)/);
        }
      }
    },
  );
});

describe('an endpoint', () => {
  const at = (endpoint: string, more: Partial<StoreDefinition> = {}) =>
    settings({ url: 'azureblob://account/state', endpoint, credentials: accountKey, ...more }).endpoint;

  it.each([
    ['https://account.blob.core.chinacloudapi.cn', 'https://account.blob.core.chinacloudapi.cn'],
    ['https://account.blob.core.usgovcloudapi.net/', 'https://account.blob.core.usgovcloudapi.net'],
    ['https://state.example.com', 'https://state.example.com'],
    ['http://127.0.0.1:10000/account', 'http://127.0.0.1:10000/account'],
    ['http://127.0.0.1:10000', 'http://127.0.0.1:10000/account'],
    ['http://[::1]:10000', 'http://[::1]:10000/account'],
    ['http://localhost:10000/', 'http://localhost:10000/account'],
    ['https://azurite.example.com:10000/account/', 'https://azurite.example.com:10000/account'],
  ])('%s is %s', (endpoint, normal) => {
    expect(at(endpoint)).toBe(normal);
  });

  it('has the account in its path where the definition says so', () => {
    expect(at('https://azurite.example.com', { pathStyle: true })).toBe('https://azurite.example.com/account');
    expect(at('http://127.0.0.1:10000', { pathStyle: false })).toBe('http://127.0.0.1:10000');
  });

  it.each([
    'ftp://account.example.com',
    'account.blob.core.windows.net',
    'https://user:hush@account.example.com',
    'https://account.example.com/other',
    'https://account.example.com/?sv=2024&sig=hush',
  ])('%s is refused, and not repeated', (endpoint) => {
    expect(() => at(endpoint)).toThrow(/^(?!.*hush).*the endpoint is not of the form/);
  });

  it('without TLS is refused for all but an account key', () => {
    const url = 'azureblob://account/state';
    const endpoint = 'http://127.0.0.1:10000';
    const managed = { managedIdentity: 'id' };
    expect(() => settings({ url, endpoint })).toThrow(/a token is never sent over http/);
    expect(() => settings({ url, endpoint, credentials: managed })).toThrow(/a token is never sent over http/);
    expect(() => settings({ url, endpoint, credentials: accountKey })).not.toThrow();
  });

  it('is trusted with the certificates of caCert, which must be there', () => {
    const definition = { url: 'azureblob://account/state', caCert: '/nowhere/ca.pem' };
    expect(() => openDriver(definition, { environment: {}, clock: systemClock })).toThrow(
      /caCert: file \/nowhere\/ca.pem cannot be read \(ENOENT\)/,
    );
  });
});

describe('a definition', () => {
  it('with credentials of another kind of store is refused', () => {
    const definition = { url: 'azureblob://account/state', credentials: { profile: 'prod' } };
    expect(() => settings(definition)).toThrow(/its credentials say profile; a store of this kind takes clientSecret/);
  });

  it('denies capabilities', () => {
    const { capabilities } = settings({ url: 'azureblob://account/state', capabilities: { versions: false } });
    expect(capabilities).toMatchObject({ versions: false, writeIfMatch: true, listSorted: false, statChecksums: [] });
  });

  it('is opened by its scheme, with its prefix, without a request', async () => {
    const store = await openStore({ url: 'azureblob://account/state/a/b' }, { environment: {}, clock: systemClock });
    expect(store.url).toBe('azureblob://account/state/a/b');
    await store.close();
  });

  it('of a bare URL without credentials fails at the first call, by name of what is missing', async () => {
    const environment = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential', AZURE_CLIENT_ID: 'client' };
    const store = await openStore({ url: 'azureblob://account/state' }, { environment, clock: systemClock });
    const calls = [store.stat('k'), store.delete('k'), store.listPage('')];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({
        reason: {
          code: 'Unauthenticated',
          maybeApplied: false,
          reason: 'no credentials: EnvironmentCredential: AZURE_TENANT_ID not set',
        },
      });
    }
    await store.close();
  });
});

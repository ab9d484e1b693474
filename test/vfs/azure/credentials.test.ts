import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SignIn } from '../../../lib/vfs/azure/settings.ts';
import { storageScope, tokenCredential } from '../../../lib/vfs/azure/token-credential.ts';
import { identityOptions } from '../../../lib/vfs/azure/token-sources.ts';
import { selfSigned } from '../../loopback/tls/certificate.ts';
import { EntraId, entraRefusal } from './entra-id.ts';

const secret = `hush-${randomUUID()}`;
const application = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client' };
const onlyVariables = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };
const chain = { chain: 'default' } as const;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statesync-azure-'));
  await writeFile(join(directory, 'token'), `${secret}\n`);
  await writeFile(join(directory, 'empty'), '\n');
  // Entra ID takes RSA; nobody looks whether key and certificate are a pair.
  const { cert } = selfSigned();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'another' } as const;
  await writeFile(join(directory, 'locked.pem'), cert + privateKey.export(locked));
  await writeFile(join(directory, 'pair.pem'), cert + privateKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => rm(directory, { recursive: true }));

/** Asks for a token, and tells the message of the failure. No message may hold the secret. */
async function failure(
  environment: Readonly<Record<string, string>>,
  entra = new EntraId(),
  signIn: Exclude<SignIn, { readonly accountKey: unknown }> = chain,
): Promise<{ readonly code: string; readonly message: string }> {
  const { code, message } = await tokenCredential(signIn, environment, entra.options)
    .getToken(storageScope)
    .then(
      () => ({ code: 'none', message: 'there was a token' }),
      (error: Error & { readonly code: string }) => error,
    );
  expect(message).not.toContain(secret);
  return { code, message };
}

describe('a token', () => {
  it.each([
    ['the secret of an application', { ...application, AZURE_CLIENT_SECRET: secret }, { client_secret: secret }],
    [
      'its secret before its certificate',
      { ...application, AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere' },
      { client_secret: secret },
    ],
    [
      'a user and a password, which is deprecated',
      { ...application, AZURE_USERNAME: 'me', AZURE_PASSWORD: secret },
      { username: 'me', password: secret },
    ],
  ])('is had for %s', async (_, environment, sent) => {
    const entra = new EntraId();
    const token = await tokenCredential(chain, environment, entra.options).getToken(storageScope);
    expect(token?.token).toBe(entra.token);
    expect(entra.asked()).toMatchObject({ client_id: 'client', ...sent });
    expect(entra.asked()['scope']).toContain(storageScope);
    expect(entra.urls.at(-1)).toMatch(/^https:\/\/login\.microsoftonline\.com\/tenant\/oauth2\/v2\.0\/token/);
  });

  it('is had for the certificate of an application', async () => {
    const entra = new EntraId();
    const environment = { ...application, AZURE_CLIENT_CERTIFICATE_PATH: join(directory, 'pair.pem') };
    await tokenCredential(chain, environment, entra.options).getToken(storageScope);
    const { client_id, client_assertion = '' } = entra.asked();
    const claims = JSON.parse(Buffer.from(client_assertion.split('.')[1] ?? '', 'base64url').toString());
    expect([client_id, claims.iss, claims.sub]).toEqual(['client', 'client', 'client']);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['', false],
  ])(
    'has the chain of the certificate with it where AZURE_CLIENT_SEND_CERTIFICATE_CHAIN is %j: %s',
    async (value, sent) => {
      const entra = new EntraId();
      const certificateOf = { AZURE_CLIENT_CERTIFICATE_PATH: join(directory, 'pair.pem') };
      const environment = { ...application, ...certificateOf, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: value };
      await tokenCredential(chain, environment, entra.options).getToken(storageScope);
      const { client_assertion = '' } = entra.asked();
      const header = JSON.parse(Buffer.from(client_assertion.split('.')[0] ?? '', 'base64url').toString());
      expect(header.x5c !== undefined).toBe(sent);
    },
  );

  it.each([
    ['a;b', ['a', 'b']],
    ['*', ['*']],
    ['', []],
  ])('may be of the tenants that AZURE_ADDITIONALLY_ALLOWED_TENANTS names: %j', (value, tenants) => {
    const { additionallyAllowedTenants } = identityOptions({ AZURE_ADDITIONALLY_ALLOWED_TENANTS: value });
    expect(additionallyAllowedTenants).toEqual(tenants);
  });

  it('is had for the token of a workload, which wins over the tools and loses to a secret', async () => {
    const AZURE_FEDERATED_TOKEN_FILE = join(directory, 'token');
    const environment = { ...application, AZURE_FEDERATED_TOKEN_FILE };
    const entra = new EntraId();
    await tokenCredential(chain, environment, entra.options).getToken(storageScope);
    expect(entra.asked()).toMatchObject({ client_id: 'client', client_assertion: secret });
    const other = new EntraId();
    const both = { ...environment, AZURE_CLIENT_SECRET: secret };
    await tokenCredential(chain, both, other.options).getToken(storageScope);
    expect(other.asked()).toMatchObject({ client_secret: secret });
  });

  it('is had for the identity of the machine, where nothing else is said', async () => {
    const entra = new EntraId();
    const environment = { AZURE_CLIENT_ID: 'client' };
    const token = await tokenCredential(chain, environment, entra.options).getToken(storageScope);
    expect(token?.token).toBe(entra.token);
    expect(entra.urls).toEqual([
      'http://169.254.169.254/metadata/identity/oauth2/token', // Whether anybody is there.
      expect.stringMatching(/resource=https%3A%2F%2Fstorage\.azure\.com&client_id=client$/),
    ]);
  });

  it('is had for the secret of a definition, whatever the environment says', async () => {
    const entra = new EntraId();
    const signIn = { tenantId: 'other', clientId: 'mine', clientSecret: { env: 'MINE' } };
    const environment = { ...application, AZURE_CLIENT_SECRET: 'theirs', MINE: secret };
    await tokenCredential(signIn, environment, entra.options).getToken(storageScope);
    expect(entra.asked()).toMatchObject({ client_id: 'mine', client_secret: secret });
    expect(entra.urls.at(-1)).toContain('/other/oauth2/v2.0/token');
  });

  it('is asked for where AZURE_AUTHORITY_HOST says', async () => {
    const entra = new EntraId();
    const AZURE_AUTHORITY_HOST = 'https://login.microsoftonline.us';
    const environment = { ...application, AZURE_CLIENT_SECRET: secret, AZURE_AUTHORITY_HOST };
    await tokenCredential(chain, environment, entra.options).getToken(storageScope);
    expect(entra.urls.at(-1)).toMatch(/^https:\/\/login\.microsoftonline\.us\/tenant\//);
  });

  it('is given up by nobody but its own failure: the signal of one request leaves it to the others', async () => {
    const entra = new EntraId();
    const environment = { ...application, AZURE_CLIENT_SECRET: secret };
    const options = { abortSignal: AbortSignal.abort() };
    const token = await tokenCredential(chain, environment, entra.options).getToken(storageScope, options);
    expect(token?.token).toBe(entra.token);
  });
});

describe('without credentials', () => {
  it('one error names every source, and what each lacks', async () => {
    const { code, message } = await failure({ AZURE_TENANT_ID: 'tenant' }, new EntraId({ nobodyAtHome: true }));
    expect(code).toBe('Unauthenticated');
    expect(message).toBe(
      [
        'no credentials: EnvironmentCredential: AZURE_CLIENT_ID not set',
        'WorkloadIdentityCredential: AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID not set',
        'ManagedIdentityCredential: no managed identity answered at the endpoint of this machine',
        'AzureCliCredential: az is not installed, or not signed in (az login)',
        'AzureDeveloperCliCredential: azd is not installed, or not signed in (azd auth login)',
        'AzurePowerShellCredential: PowerShell with Az.Accounts is not installed, or not signed in (Connect-AzAccount)',
      ].join('; '),
    );
  });

  it.each([
    [{}, 'AZURE_TENANT_ID and AZURE_CLIENT_ID not set'],
    [{ AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: secret }, 'AZURE_TENANT_ID not set'],
    [{ AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_SECRET: secret }, 'AZURE_CLIENT_ID not set'],
    [application, 'AZURE_CLIENT_SECRET not set, nor AZURE_CLIENT_CERTIFICATE_PATH'],
    [{ ...application, AZURE_CLIENT_SECRET: '' }, 'AZURE_CLIENT_SECRET not set, nor AZURE_CLIENT_CERTIFICATE_PATH'],
    [{ ...application, AZURE_USERNAME: 'me' }, 'AZURE_CLIENT_SECRET not set, nor AZURE_CLIENT_CERTIFICATE_PATH'],
  ])('in the variables %j, the error says: %s', async (environment, reason) => {
    const { message } = await failure({ ...environment, ...onlyVariables });
    expect(message).toBe(`no credentials: EnvironmentCredential: ${reason}`);
  });

  it.each([
    ['prod', ['EnvironmentCredential', 'WorkloadIdentityCredential', 'ManagedIdentityCredential']],
    ['dev', ['AzureCliCredential', 'AzureDeveloperCliCredential', 'AzurePowerShellCredential']],
    ['workloadidentitycredential', ['WorkloadIdentityCredential']],
    [' AzureCliCredential ', ['AzureCliCredential']],
  ])('AZURE_TOKEN_CREDENTIALS=%s narrows the sources', async (wanted, names) => {
    const { message } = await failure({ AZURE_TOKEN_CREDENTIALS: wanted }, new EntraId({ nobodyAtHome: true }));
    expect(message.match(/\w+Credential(?=:)/g)).toEqual(names);
  });

  it.each(['other', 'constructor', 'VisualStudioCodeCredential'])(
    'AZURE_TOKEN_CREDENTIALS=%s is refused, as by the library',
    async (wanted) => {
      const { code, message } = await failure({ AZURE_TOKEN_CREDENTIALS: wanted });
      expect(code).toBe('Unauthenticated');
      expect(message).toMatch(
        new RegExp(
          `^Invalid value for AZURE_TOKEN_CREDENTIALS = ${wanted}. Valid values are 'prod' or 'dev' or any of`,
        ),
      );
    },
  );

  it('AZURE_AUTHORITY_HOST without TLS is refused', async () => {
    const { message } = await failure({ AZURE_AUTHORITY_HOST: 'http://login.example.com' });
    expect(message).toBe('AZURE_AUTHORITY_HOST is no address that begins with https://');
  });
});

describe('wrong credentials', () => {
  const withSecret = { ...application, AZURE_CLIENT_SECRET: secret };
  const saying = (number: number) => new EntraId({ refusal: entraRefusal(number, `quotes ${secret}`) });

  it.each([
    [7000215, 'the client secret is wrong'],
    [7000222, 'the client secret has expired'],
    [700016, 'there is no such application in the tenant'],
    [90002, 'there is no such tenant'],
  ])('AADSTS%i ends the search, and says that %s', async (number, meaning) => {
    expect(await failure(withSecret, saying(number))).toMatchObject({
      code: 'Unauthenticated',
      message: `EnvironmentCredential: Microsoft Entra ID refused (AADSTS${number}): ${meaning}`,
    });
  });

  it('of any other number are told by the number', async () => {
    const { message } = await failure(withSecret, saying(53003));
    expect(message).toBe('EnvironmentCredential: Microsoft Entra ID refused (AADSTS53003)');
  });

  it('of a definition name the field', async () => {
    const signIn = { tenantId: 'tenant', clientId: 'client', clientSecret: { env: 'MINE' } };
    const { message } = await failure({ MINE: secret }, saying(7000215), signIn);
    expect(message).toBe('clientSecret: Microsoft Entra ID refused (AADSTS7000215): the client secret is wrong');
    expect((await failure({}, saying(1), signIn)).message).toBe('clientSecret: environment variable MINE is not set');
  });

  it('name the file that cannot be read', async () => {
    const narrowed = { AZURE_TOKEN_CREDENTIALS: 'WorkloadIdentityCredential', ...application };
    const gone = await failure({ ...narrowed, AZURE_FEDERATED_TOKEN_FILE: '/nowhere/token' });
    expect(gone.message).toBe('WorkloadIdentityCredential: file /nowhere/token cannot be read (ENOENT)');
    const empty = await failure({ ...narrowed, AZURE_FEDERATED_TOKEN_FILE: join(directory, 'empty') });
    expect(empty.message).toBe(`WorkloadIdentityCredential: file ${join(directory, 'empty')} is empty`);
    const certificatePath = { ...application, ...onlyVariables, AZURE_CLIENT_CERTIFICATE_PATH: '/nowhere/pair.pem' };
    const { message } = await failure(certificatePath);
    expect(message).toBe('EnvironmentCredential: file /nowhere/pair.pem cannot be read (ENOENT)');
  });

  it('name the file that holds no certificate', async () => {
    const environment = { ...application, AZURE_CLIENT_CERTIFICATE_PATH: join(directory, 'token') };
    expect((await failure(environment)).message).toBe(
      'EnvironmentCredential: the certificate file holds no PEM certificate with its private key',
    );
  });

  it('name no password that opens no key', async () => {
    const AZURE_CLIENT_CERTIFICATE_PATH = join(directory, 'locked.pem');
    const environment = { ...application, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PASSWORD: secret };
    expect((await failure(environment)).message).toBe(
      'EnvironmentCredential: no token could be made with what was given',
    );
  });

  it('name a tenant that is none', async () => {
    const { message } = await failure({ ...withSecret, AZURE_TENANT_ID: 'no tenant!' });
    expect(message).toBe('EnvironmentCredential: the tenant is no GUID and no domain name');
  });

  it.each([
    ['cannot be reached', new EntraId({ unreachable: true })],
    ['is busy', new EntraId({ status: 503 })],
  ])('are not what is wrong when Entra ID %s: that passes', async (_, entra) => {
    expect(await failure(withSecret, entra)).toEqual({
      code: 'Unavailable',
      message: 'EnvironmentCredential: Microsoft Entra ID cannot be reached, or is busy',
    });
  });
});

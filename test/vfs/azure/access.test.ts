import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { accessOf } from '../../../lib/vfs/azure/access.ts';
import { AzureConnection } from '../../../lib/vfs/azure/connection.ts';
import { AzureDriver } from '../../../lib/vfs/azure/driver.ts';
import { azureSettings } from '../../../lib/vfs/azure/settings.ts';
import { tokenCredential } from '../../../lib/vfs/azure/token-credential.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { Front } from '../../loopback/azurite/front.ts';
import { type Azurite, startAzurite } from '../../loopback/azurite/start.ts';
import { selfSigned } from '../../loopback/tls/certificate.ts';
import { bearerToken, EntraId } from './entra-id.ts';
import { refusal } from './scripted.ts';

const secret = `hush-${randomUUID()}`;
const chain = { chain: 'default' } as const;
const application = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client' };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statesync-azure-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the key of an account', () => {
  const access = (accountKey: { env: string } | { file: string }, environment: Readonly<Record<string, string>> = {}) =>
    accessOf(azureSettings({ url: 'azureblob://account/state', credentials: { accountKey } }, {}), environment);

  it('comes from where the definition refers to', async () => {
    const key = Buffer.from(secret).toString('base64');
    await writeFile(join(directory, 'key'), `${key}\n`);
    expect(await access({ env: 'KEY' }, { KEY: key })).toMatchObject({ kind: 'key' });
    expect(await access({ file: join(directory, 'key') })).toMatchObject({ kind: 'key' });
  });

  it.each([
    [{ env: 'KEY' }, 'accountKey: environment variable KEY is not set'],
    [{ file: '/nowhere/key' }, 'accountKey: file /nowhere/key cannot be read (ENOENT)'],
    [{ env: 'NO_KEY' }, 'accountKey: environment variable NO_KEY holds no key of a storage account, which is base64'],
  ])('%j is missing or none', async (at, message) => {
    await expect(access(at, { NO_KEY: secret })).rejects.toThrow(message);
  });

  it('is read again after it was missing, and not before it is needed', async () => {
    const environment: Record<string, string> = {};
    const settings = azureSettings(
      { url: 'azureblob://account/state', credentials: { accountKey: { env: 'KEY' } } },
      {},
    );
    const connection = new AzureConnection(settings, () => accessOf(settings, environment), systemClock);
    await expect(connection.access()).rejects.toThrow('KEY is not set');
    environment['KEY'] = 'a2V5';
    expect(await connection.access()).toMatchObject({ kind: 'key' });
    connection.close();
  });

  it('is read again after it was refused, and after no other answer', async () => {
    const front = new Front('http://127.0.0.1:9'); // Nothing is passed on.
    const credentials = { accountKey: { env: 'KEY' } };
    const settings = azureSettings(
      { url: 'azureblob://account/state', endpoint: await front.start(), credentials },
      {},
    );
    const keys = ['b2xk', 'bmV3'];
    const opened: (string | undefined)[] = [];
    const open = () => {
      opened.push(keys[opened.length]);
      return accessOf(settings, { KEY: keys[opened.length - 1] });
    };
    const store = new Store(new AzureDriver(new AzureConnection(settings, open, systemClock)));
    const codes: string[] = [];
    for (const answer of [
      refusal(404, 'BlobNotFound'),
      refusal(403, 'AuthenticationFailed'),
      { answer: 500 },
      { answer: 500 },
    ]) {
      front.fault = () => answer;
      await store.stat('k').catch(({ code }: { readonly code: string }) => codes.push(code));
    }
    expect({ codes, opened }).toEqual({
      codes: ['NotFound', 'Unauthenticated', 'Unavailable', 'Unavailable'],
      opened: keys,
    });
    await store.close();
    await front.close();
  });
});

describe('a container that is reached with a token, over TLS', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    const tls = { certificate: join(directory, 'cert.pem'), privateKey: join(directory, 'key.pem') };
    const { cert, key } = selfSigned();
    await writeFile(tls.certificate, cert);
    await writeFile(tls.privateKey, key);
    azurite = await startAzurite(tls);
  });
  afterAll(() => azurite.close());

  function open(token: string): Store {
    const definition = {
      url: `azureblob://${azurite.account}/state`,
      endpoint: azurite.endpoint,
      caCert: join(directory, 'cert.pem'),
    };
    const environment = { ...application, AZURE_CLIENT_SECRET: secret };
    const settings = azureSettings(definition, environment);
    const credential = tokenCredential(chain, environment, new EntraId({ token }).options);
    const access = async () => ({ kind: 'token', credential }) as const;
    return new Store(new AzureDriver(new AzureConnection(settings, access, systemClock)));
  }

  it('takes one that Entra ID gave for storage', async () => {
    const store = open(bearerToken({}));
    const { connection } = store.driver as AzureDriver;
    const signal = new AbortController().signal;
    await connection.askContainer(connection.attempt('create', ''), signal, (container) => container.create());
    await store.write('k', textSource('text'));
    expect((await store.stat('k')).size).toBe(4);
    await store.close();
  });

  it.each([
    ['has expired', bearerToken({ exp: 1 })],
    ['is for another service', bearerToken({ aud: 'https://graph.microsoft.com' })],
    ['is none', secret],
  ])('refuses one that %s as Unauthenticated, without a word of it', async (_, token) => {
    const store = open(token);
    const error = await store.stat('k').catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'Unauthenticated' });
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain(token);
    await store.close();
  });
});

it('a call whose signal fires while a token is awaited is Aborted, and others go on waiting', async () => {
  const settings = azureSettings({ url: 'azureblob://account/state' }, {});
  const credential = { getToken: (_: unknown) => new Promise<never>(() => {}) };
  const connection = new AzureConnection(settings, async () => ({ kind: 'token', credential }) as const, systemClock);
  const store = new Store(new AzureDriver(connection));
  const abort = new AbortController();
  const call = store.stat('k', { signal: abort.signal });
  setImmediate(() => abort.abort());
  await expect(call).rejects.toMatchObject({ code: 'Aborted' });
  await store.close();
});

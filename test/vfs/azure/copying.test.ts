import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { AzureConnection } from '../../../lib/vfs/azure/connection.ts';
import { AzureDriver } from '../../../lib/vfs/azure/driver.ts';
import { openDriver } from '../../../lib/vfs/azure/open.ts';
import { azureSettings } from '../../../lib/vfs/azure/settings.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import type { Fault, Received } from '../../loopback/azurite/front.ts';
import { startAzurePlace } from './place.ts';
import { refusal, type Scripted, startScripted } from './scripted.ts';

const signal = new AbortController().signal;
const sourceIfMatch = '0xS' as Revision;
const range = { offset: 100, length: 50 };
let scripted: Scripted;
afterEach(() => scripted.close());

async function start(answers: Readonly<Record<string, Fault>>): Promise<{ destination: Store; source: Store }> {
  scripted = await startScripted(({ operation }) => answers[operation]);
  return { destination: scripted.store, source: new Store(scripted.open('source')) };
}

function sent(operation: string): Received {
  const found = scripted.front.received.filter((received) => received.operation === operation);
  expect(found).toHaveLength(1);
  return found[0] as Received;
}

const made: Fault = { answer: 201, headers: { etag: '"0xN"', 'content-md5': Buffer.alloc(16, 1).toString('base64') } };
const upload = { key: 'to' as never, id: 'ab'.repeat(16) };
const record: Fault = { answer: 200, headers: { etag: '"0xR"', 'content-length': '0' } };

describe('a copy inside Azure', () => {
  it('names revision, condition, headers and metadata in one request, and is vouched for by the answer', async () => {
    const { destination, source } = await start({ 'Put Blob From URL': made });
    const written = await destination.copyFrom(source, 'a b/from', 'to', {
      sourceIfMatch,
      precondition: { kind: 'if-absent' },
      headers: { contentType: 'text/x-copy' },
      metadata: { 'is-now': 'ü' },
    });
    expect(written).toEqual({ revision: '0xN', checksums: { md5: '01'.repeat(16) } });
    expect(sent('Put Blob From URL').headers).toMatchObject({
      'x-ms-source-if-match': '"0xS"',
      'if-none-match': '*',
      'x-ms-copy-source-blob-properties': 'false',
      'x-ms-blob-content-type': 'text/x-copy',
      'x-ms-meta-is_2dnow': '=?utf-8?b?w7w=?=',
    });
    expect(scripted.front.received).toHaveLength(1);
  });

  it('with an account key lets the service read this one blob, for an hour', async () => {
    const { destination, source } = await start({ 'Put Blob From URL': made });
    await destination.copyFrom(source, 'a b/from', 'to', { sourceIfMatch });
    const url = new URL(`${sent('Put Blob From URL').headers['x-ms-copy-source']}`);
    expect(url.pathname).toBe('/account/source/a%20b/from');
    expect(url.searchParams.get('sp')).toBe('r');
    expect(url.searchParams.get('sr')).toBe('b');
    expect(url.searchParams.get('sig')).toMatch(/=$/);
    const left = Date.parse(url.searchParams.get('se') ?? '') - systemClock.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });

  it('with a token lets the service read it with the token of the source', async () => {
    await start({});
    const settings = azureSettings({ url: 'azureblob://account/source', endpoint: 'https://account.example.com' }, {});
    const credential = { getToken: async () => ({ token: 'of-the-source', expiresOnTimestamp: 0 }) };
    const open = async () => ({ kind: 'token', credential }) as const;
    const source = new AzureDriver(new AzureConnection(settings, open, systemClock));
    const { copySource } = await import('../../../lib/vfs/azure/copy-source.ts');
    const { connection } = source;
    const named = await copySource(connection, source, 'from' as never, connection.attempt('copy', 'to'), signal);
    expect(named).toMatchObject({
      url: 'https://account.example.com/source/from',
      authorization: { sourceAuthorization: { scheme: 'Bearer', value: 'of-the-source' } },
    });
    await source.close();
  });

  it('finds its source beneath the layers', async () => {
    const { destination } = await start({ 'Put Blob From URL': made });
    const source = new Store(compose(scripted.open('source'), prefixed('in/side')));
    await destination.copyFrom(source, 'from', 'to', { sourceIfMatch });
    expect(sent('Put Blob From URL').headers['x-ms-copy-source']).toMatch(/\/account\/source\/in\/side\/from\?/);
  });

  it.each([
    ['the source changed', refusal(412, 'SourceConditionNotMet'), 'PreconditionFailed'],
    ['the source is gone', refusal(404, 'CannotVerifyCopySource'), 'NotFound'],
    ['the source changed, as the service saw it', refusal(412, 'CannotVerifyCopySource'), 'PreconditionFailed'],
    ['the destination is taken', refusal(409, 'BlobAlreadyExists'), 'AlreadyExists'],
    ['the destination is taken, said otherwise', refusal(412, 'TargetConditionNotMet'), 'AlreadyExists'],
    ['the source is beyond reach for a moment', refusal(503, 'CannotVerifyCopySource'), 'RateLimited'],
  ])('says so when %s', async (_, answer, code) => {
    const { destination, source } = await start({ 'Put Blob From URL': answer });
    const precondition = { kind: 'if-absent' } as const;
    await expect(destination.copyFrom(source, 'from', 'to', { sourceIfMatch, precondition })).rejects.toMatchObject({
      code,
    });
  });

  it.each([
    ['the service may not read the source', refusal(403, 'CannotVerifyCopySource')],
    ['the credentials are none for the source', refusal(401, 'CannotVerifyCopySource')],
    ['copying is not allowed', refusal(403, 'AuthorizationPermissionMismatch')],
    ['the service does not know it', refusal(501, 'APINotImplemented')],
    ['the accounts are too far apart', refusal(409, 'CopyAcrossAccountsNotSupported')],
  ])('is left to the caller when %s', async (_, answer) => {
    const { destination, source } = await start({ 'Put Blob From URL': answer });
    expect(await destination.copyFrom(source, 'from', 'to', { sourceIfMatch })).toBeUndefined();
  });

  it('is left to the caller, without a request, when the source lies in another cloud', async () => {
    const { destination } = await start({});
    const environment = { KEY: 'a2V5' };
    for (const endpoint of ['https://account.blob.core.chinacloudapi.cn', 'http://127.0.0.1:1/account']) {
      const definition = { url: 'azureblob://account/source', endpoint, credentials: { accountKey: { env: 'KEY' } } };
      const source = new Store(openDriver(definition, { environment, clock: systemClock }));
      expect(await destination.copyFrom(source, 'from', 'to', { sourceIfMatch })).toBeUndefined();
      await source.close();
    }
    expect(scripted.front.received).toEqual([]);
  });
});

describe('a part that is copied inside Azure', () => {
  const copyPart = ({ destination, source }: { destination: Store; source: Store }) =>
    destination.uploads.copyPart(upload, 2, { driver: source.driver, key: 'from' }, { signal, range, sourceIfMatch });

  it('is of the range, and of a source that has the revision afterwards', async () => {
    const stores = await start({ 'Get Blob Properties': record, 'Put Block From URL': { answer: 201 } });
    expect(await copyPart(stores)).toMatchObject({ number: 2, size: 50 });
    expect(sent('Put Block From URL').headers).toMatchObject({ 'x-ms-source-range': 'bytes=100-149' });
    expect(scripted.front.received.map(({ operation }) => operation)).toEqual([
      'Get Blob Properties',
      'Put Block From URL',
      'Get Blob Properties',
    ]);
    const look = scripted.front.received.at(-1);
    expect([look?.path, look?.headers['if-match']]).toEqual(['/account/source/from', '"0xS"']);
  });

  it.each([
    [412, 'ConditionNotMet', 'PreconditionFailed'],
    [404, 'BlobNotFound', 'NotFound'],
  ])('is none when that look is refused with %i', async (status, code, expected) => {
    scripted = await startScripted(({ operation, path }) => {
      if (operation === 'Get Blob Properties') {
        return path.includes('/source/') ? refusal(status, code) : record;
      }
      return { answer: 201 };
    });
    const stores = { destination: scripted.store, source: new Store(scripted.open('source')) };
    await expect(copyPart(stores)).rejects.toMatchObject({ code: expected });
  });

  it('is left to the caller where the service does not do it', async () => {
    const stores = await start({
      'Get Blob Properties': record,
      'Put Block From URL': refusal(501, 'APINotImplemented'),
    });
    expect(await copyPart(stores)).toBeUndefined();
  });
});

it('Azurite copies neither, so both are left to the caller', async () => {
  scripted = await startScripted(() => undefined);
  const place = await startAzurePlace();
  const store = new Store(place.open({ capabilities: {} }));
  const { revision } = await store.write('from', textSource('text'));
  expect(await store.copyFrom(store, 'from', 'to', { sourceIfMatch: revision })).toBeUndefined();
  const begun = await store.uploads.begin('to', { signal, headers: {}, metadata: {} });
  const from = { driver: store.driver, key: 'from' };
  const options = { signal, range: { offset: 0, length: 4 }, sourceIfMatch: revision };
  expect(await store.uploads.copyPart(begun, 1, from, options)).toBeUndefined();
  await store.close();
  await place.close();
});

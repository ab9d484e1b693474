import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { chunkedSource, patternBytes, textOf } from '../../support/sources.ts';
import { type AzurePlace, startAzurePlace } from './place.ts';

let place: AzurePlace;
let store: Store;
beforeAll(async () => {
  place = await startAzurePlace();
  store = new Store(place.open());
});
beforeEach(() => place.front.forget());
afterAll(async () => {
  await store.close();
  await place.close();
});

/** The headers of the only request. */
function sent(): Readonly<Record<string, string | string[] | undefined>> {
  const [only, ...others] = place.front.received;
  expect(others).toEqual([]);
  return only?.headers ?? {};
}

const bytes = patternBytes(300_000);
const md5 = createHash('md5').update(bytes).digest();
const chunks = [0, 1, 2].map((i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));

describe('what a write sends', () => {
  it.each([
    ['bytes in memory', bytesSource(bytes)],
    ['a stream of which the MD5 is known', chunkedSource(chunks, { checksums: { md5: md5.toString('hex') } })],
  ])('of %s is verified by its MD5', async (_, source) => {
    const { checksums } = await store.write('k', source);
    expect(sent()).toMatchObject({ 'content-length': '300000', 'content-md5': md5.toString('base64') });
    expect(checksums).toEqual({ md5: md5.toString('hex') });
  });

  it('of a stream is one body of exact length', async () => {
    const { checksums } = await store.write('k', chunkedSource(chunks));
    expect(sent()).toMatchObject({ 'content-length': '300000', 'x-ms-blob-type': 'BlockBlob' });
    expect(sent()).not.toHaveProperty('transfer-encoding');
    expect(sent()).not.toHaveProperty('content-md5');
    expect(checksums).toEqual({ md5: md5.toString('hex') }); // As Azurite answers it; Azure answers with a CRC-64.
    expect(Buffer.compare(await collect((await store.read('k')).body, 1e9), bytes)).toBe(0);
  });

  it('under a condition has the condition in it', async () => {
    const { revision } = await store.write('new', textSource('a'), { precondition: { kind: 'if-absent' } });
    expect(sent()).toMatchObject({ 'if-none-match': '*' });
    place.front.forget();
    await store.write('new', textSource('b'), { precondition: { kind: 'if-match', revision } });
    expect(sent()).toMatchObject({ 'if-match': `"${revision}"` });
    place.front.forget();
    const now = (await store.stat('new')).revision;
    place.front.forget();
    await store.delete('new', { precondition: { kind: 'if-match', revision: now } });
    expect(sent()).toMatchObject({ 'if-match': `"${now}"` });
  });

  it('names who sends it', async () => {
    await store.write('k', textSource('a'));
    expect(sent()['user-agent']).toMatch(/^kops-statesync azsdk-js-azure-storage-blob/);
  });

  it('is nothing for a key that Azure cannot hold', async () => {
    for (const key of ['a\\b', 'a./b', 'a/../b', Array(255).fill('s').join('/')]) {
      const signal = new AbortController().signal;
      await expect(store.write(key, textSource('a'))).rejects.toMatchObject({ code: 'InvalidArgument' });
      await expect(store.stat(key)).rejects.toMatchObject({ code: 'InvalidArgument' });
      await expect(store.read(key)).rejects.toMatchObject({ code: 'InvalidArgument' });
      await expect(store.delete(key)).rejects.toMatchObject({ code: 'InvalidArgument' });
      await expect(store.uploads.begin(key, { signal, headers: {}, metadata: {} })).rejects.toMatchObject({
        code: 'InvalidArgument',
      });
    }
    expect(place.front.received).toEqual([]);
  });

  it('is nothing for metadata or headers that Azure cannot hold', async () => {
    const large = { metadata: { large: 'x'.repeat(9000) } };
    await expect(store.write('k', textSource('a'), large)).rejects.toMatchObject({ code: 'InvalidArgument' });
    const beyond = { headers: { contentDisposition: 'attachment; filename="ü"' } };
    await expect(store.write('k', textSource('a'), beyond)).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(place.front.received).toEqual([]);
  });
});

describe('what is told of a blob', () => {
  it('is any metadata that was written', async () => {
    const metadata = { 'statesync-key': 'a%3Ab', '9-ü-_2d': 'größe 😀\n', empty: '', ' ': '  ' };
    await store.write('k', textSource('a'), { metadata });
    expect((await store.stat('k')).metadata).toEqual(metadata);
  });

  it('is no digest: its Content-MD5 is whatever somebody said', async () => {
    const blob = place.admin.getBlockBlobClient('said');
    const others = Buffer.from((await digestBytes(Buffer.from('other'), ['md5'])).md5 ?? '', 'hex');
    await blob.upload('text', 4);
    expect((await store.stat('said')).checksums).toEqual({});
    await blob.setHTTPHeaders({ blobContentMD5: others });
    expect((await store.stat('said')).checksums).toEqual({});
    const [entry] = (await store.listPage('said')).entries;
    expect([entry?.checksums, entry?.contentTag]).toEqual([undefined, undefined]);
  });

  it('is refused while it is read, where the bytes contradict the Content-MD5', async () => {
    const blob = place.admin.getBlockBlobClient('said');
    await blob.upload('text', 4);
    await blob.setHTTPHeaders({ blobContentMD5: md5 });
    const { body } = await store.read('said');
    await expect(collect(body, 100)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(await textOf((await store.read('said', { range: { offset: 0, length: 4 } })).body)).toBe('text');
  });
});

describe('a missing container', () => {
  it('is no absence of a key, whatever is asked', async () => {
    const other = new Store(place.open({ url: `azureblob://${place.account}/no-such-container` }));
    const signal = new AbortController().signal;
    const upload = { key: 'k' as never, id: '0'.repeat(32) };
    for (const call of [
      () => other.stat('k'),
      () => other.read('k'),
      () => other.write('k', textSource('a')),
      () => other.delete('k'),
      () => other.listPage(''),
      () => other.uploads.begin('k', { signal, headers: {}, metadata: {} }),
      () => other.uploads.abort(upload, signal),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringMatching(/ContainerNotFound \(404\).*there is no such container/),
      });
    }
    await other.close();
  });

  it('of an account that is not there either', async () => {
    const other = new Store(place.open({ url: 'azureblob://elsewhere/state' }));
    await expect(other.stat('k')).rejects.toMatchObject({
      code: expect.stringMatching(/InvalidArgument|Unauthenticated/),
    });
    await other.close();
  });
});

describe('a wrong account key', () => {
  it('lets nobody in, and is not in the message', async () => {
    const wrong = Buffer.from('wrong key').toString('base64');
    const other = new Store(place.open({}, { TEST_ACCOUNT_KEY: wrong }));
    const error = await other.listPage('').catch((caught: Error) => caught);
    // Azurite says AuthorizationFailure, and Azure AuthenticationFailed.
    expect(error).toMatchObject({ code: 'PermissionDenied' });
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toContain(wrong);
    await other.close();
  });
});

describe('a listing', () => {
  it("skips what is the driver's own, unless it is asked for", async () => {
    await store.write('.statesync/own', textSource('a'));
    await store.write('lists/one', textSource('a'));
    const all = (await store.listPage('')).entries.map(({ key }) => key);
    expect(all).toContain('lists/one');
    expect(all.some((key) => key.startsWith('.statesync/'))).toBe(false);
    expect((await store.listPage('', { delimiter: '/' })).prefixes).not.toContain('.statesync/');
    expect((await store.listPage('.statesync/')).entries.map(({ key }) => key)).toEqual(['.statesync/own']);
  });

  it('tells directories apart, as tools and hierarchical namespaces mark them', async () => {
    await place.admin.getBlockBlobClient('dirs/one').upload('', 0, { metadata: { hdi_isfolder: 'true' } });
    await place.admin.getBlockBlobClient('dirs/Two').upload('', 0, { metadata: { Hdi_isFolder: 'true' } });
    await store.write('dirs/one/file', textSource('a'));
    const { entries, markers } = await store.listPage('dirs/');
    expect(entries.map(({ key }) => key)).toEqual(['dirs/one/file']);
    expect(markers).toEqual(['dirs/Two/', 'dirs/one/']);
  });

  it('takes a page for each request, of the size that was asked for', async () => {
    for (const name of ['1', '2', '3', '4', '5']) {
      await store.write(`pages/${name}`, textSource(name));
    }
    place.front.forget();
    const keys: string[] = [];
    for await (const { key } of store.list('pages/', { pageSize: 2 })) {
      keys.push(key);
    }
    expect(keys).toEqual([1, 2, 3, 4, 5].map((name) => `pages/${name}`));
    expect(place.requests()).toEqual({ 'List Blobs': 3 });
    expect(place.front.received.map(({ query }) => query.get('maxresults'))).toEqual(['2', '2', '2']);
  });

  it('asks for no more than the service gives', async () => {
    await store.listPage('', { pageSize: 1_000_000 });
    expect(place.front.received[0]?.query.get('maxresults')).toBe('5000');
  });
});

describe('requests for one object', () => {
  const signal = new AbortController().signal;

  it('are one each', async () => {
    await store.write('k', textSource('text'));
    const { revision } = await store.stat('k');
    await textOf((await store.read('k')).body);
    await store.readUnless('k', revision);
    await store.listPage('k');
    await store.delete('k');
    await store.delete('k');
    expect(place.requests()).toEqual({
      'Delete Blob': 2,
      'Get Blob': 2,
      'Get Blob Properties': 1,
      'List Blobs': 1,
      'Put Blob': 1,
    });
  });

  it('are two for a part, one to begin, three to complete', async () => {
    const upload = await store.uploads.begin('k', { signal, headers: {}, metadata: {} });
    expect(place.requests()).toEqual({ 'Put Blob': 1 });
    const part = await store.uploads.putPart(upload, 1, bytesSource(bytes), signal);
    expect(place.requests()).toEqual({ 'Put Blob': 1, 'Get Blob Properties': 1, 'Put Block': 1 });
    place.front.forget();
    await store.uploads.complete(upload, [part], { signal, precondition: { kind: 'none' }, checksums: {} });
    expect(place.requests()).toEqual({ 'Get Blob Properties': 1, 'Put Block List': 1, 'Delete Blob': 1 });
  });

  it('through all layers are the same, and leave no connection when the store is closed', async () => {
    const before = place.openConnections();
    const options = { environment: place.environment, clock: systemClock };
    const layered = await openStore({ ...place.definition, url: `${place.definition.url}/in/side` }, options);
    await layered.write('k', textSource('text'));
    expect(await textOf((await layered.read('k')).body)).toBe('text');
    expect(place.requests()).toEqual({ 'Put Blob': 1, 'Get Blob': 1 });
    expect(place.front.received[0]?.path).toMatch(/\/in\/side\/k$/);
    await layered.close();
    await place.front.settled(before);
  });
});

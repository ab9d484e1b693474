import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { CompleteOptions, Part, Upload } from '../../../lib/vfs/multipart.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { chunkedSource, textOf } from '../../support/sources.ts';
import { type AzurePlace, startAzurePlace } from './place.ts';

const signal = new AbortController().signal;
const own = '.statesync/uploads/';
let place: AzurePlace;
let store: Store;
let key: string;
beforeAll(async () => {
  place = await startAzurePlace();
  store = new Store(place.open());
});
beforeEach(() => {
  key = `k-${randomBytes(4).toString('hex')}`;
  place.front.forget();
});
afterAll(async () => {
  await store.close();
  await place.close();
});

const begin = (metadata = {}, headers = {}): Promise<Upload> => store.uploads.begin(key, { signal, headers, metadata });
const put = (upload: Upload, number: number, text: string): Promise<Part> =>
  store.uploads.putPart(upload, number, textSource(text), signal);
const complete = (upload: Upload, parts: readonly Part[], options: Partial<CompleteOptions> = {}) =>
  store.uploads.complete(upload, parts, { signal, precondition: { kind: 'none' }, checksums: {}, ...options });
const text = async () => textOf((await store.read(key)).body);
const records = async () => (await store.listPage(own)).entries.map((entry) => entry.key);

describe('an upload', () => {
  it('keeps metadata and headers that were encoded until its end, and leaves no record', async () => {
    const metadata = { 'statesync-key': 'ü', empty: '' };
    const headers = { contentType: 'text/x-parts', contentEncoding: 'gzip' };
    const upload = await begin(metadata, headers);
    expect(await records()).toContain(`${own}${upload.id}`);
    await complete(upload, [await put(upload, 1, 'one'), await put(upload, 2, 'two')]);
    expect(await store.stat(key)).toMatchObject({ size: 6, metadata, headers });
    expect(await records()).not.toContain(`${own}${upload.id}`);
  });

  it('names its blocks after itself, in ids of 64 bytes', async () => {
    const upload = await begin();
    const { tag } = await put(upload, 7, 'seven');
    const bytes = Buffer.from(tag, 'base64');
    expect(bytes).toHaveLength(64);
    expect(bytes.subarray(0, 16).toString('hex')).toBe(upload.id);
    expect(place.front.received.at(-1)?.query.get('blockid')).toBe(tag);
  });

  it('of which a part is in memory or vouched for is verified by the MD5 of the part', async () => {
    const upload = await begin();
    await put(upload, 1, 'one');
    const { md5 = '' } = await digestBytes(Buffer.from('two'), ['md5']);
    const source = chunkedSource([Buffer.from('two')], { checksums: { md5 } });
    await store.uploads.putPart(upload, 2, source, signal);
    const sent = place.front.received.filter(({ operation }) => operation === 'Put Block');
    expect(sent.map(({ headers }) => headers['content-md5'])).toEqual([
      '+XxdKZQb+xsv2rCHSQargg==', // printf one | openssl md5 -binary | base64
      Buffer.from(md5, 'hex').toString('base64'),
    ]);
  });

  it('has no empty part: it is refused before anything is sent', async () => {
    const upload = await begin();
    place.front.forget();
    await expect(put(upload, 1, '')).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(place.front.received).toEqual([]);
  });

  it('says the MD5 of the whole to whoever reads it, where the caller vouches for it', async () => {
    const { md5 = '' } = await digestBytes(Buffer.from('onetwo'), ['md5']);
    const upload = await begin();
    const parts = [await put(upload, 1, 'one'), await put(upload, 2, 'two')];
    const written = await complete(upload, parts, { checksums: { md5 } });
    expect(written.checksums).toEqual({});
    const { contentMD5 } = await place.admin.getBlobClient(key).getProperties();
    expect(Buffer.from(contentMD5 ?? []).toString('hex')).toBe(md5);
    expect((await store.stat(key)).checksums).toEqual({});
  });

  it('of a name that no upload has is gone, without a request', async () => {
    const upload = { key: key as never, id: '../../prod/config' };
    await expect(put(upload, 1, 'one')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(complete(upload, [])).rejects.toMatchObject({ code: 'NotFound' });
    await store.uploads.abort(upload, signal);
    expect(place.front.received).toEqual([]);
  });

  it('lists its own parts only', async () => {
    const [one, two] = [await begin(), await begin()];
    const part = await put(one, 3, 'three');
    await put(two, 1, 'o');
    expect(await store.uploads.listParts(one, signal)).toEqual([{ ...part, checksums: {} }]);
    await store.uploads.abort(one, signal);
    await expect(store.uploads.listParts(one, signal)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('two uploads of one key', () => {
  it('never mix: the first to complete has its own parts, and the other starts over', async () => {
    const [one, two] = [await begin(), await begin()];
    const [a, b] = [await put(one, 1, 'one'), await put(two, 1, 'two')];
    await complete(two, [b]);
    expect(await text()).toBe('two');
    const late = await complete(one, [a]).catch((error: unknown) => error);
    expect(late).toMatchObject({
      code: 'NotFound',
      maybeApplied: false,
      reason: expect.stringMatching(
        /InvalidBlockList \(400\).*another upload, or a write, of this key was finished meanwhile/,
      ),
    });
    expect(await text()).toBe('two');
    await complete(one, [await put(one, 1, 'again')]);
    expect(await text()).toBe('again');
  });

  it('under a condition: the one that comes late is refused for the condition', async () => {
    const [one, two] = [await begin(), await begin()];
    const [a, b] = [await put(one, 1, 'one'), await put(two, 1, 'two')];
    await complete(two, [b], { precondition: { kind: 'if-absent' } });
    await expect(complete(one, [a], { precondition: { kind: 'if-absent' } })).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
  });

  it('where the service looks at the blocks before the condition: the same', async () => {
    await store.write(key, textSource('there'));
    const upload = await begin();
    const part = await put(upload, 1, 'one');
    place.front.fault = ({ operation }) =>
      operation === 'Put Block List' ? { answer: 400, headers: { 'x-ms-error-code': 'InvalidBlockList' } } : undefined;
    const refused = async (precondition: CompleteOptions['precondition']) =>
      (await complete(upload, [part], { precondition }).catch((error: unknown) => error)) as { code: string };
    const { revision } = await store.stat(key);
    expect((await refused({ kind: 'if-absent' })).code).toBe('AlreadyExists');
    expect((await refused({ kind: 'if-match', revision: '0x1' as Revision })).code).toBe('PreconditionFailed');
    expect((await refused({ kind: 'if-match', revision })).code).toBe('NotFound');
    expect((await refused({ kind: 'none' })).code).toBe('NotFound');
  });
});

describe('a completion', () => {
  it('whose answer was lost can be asked for again, and makes the same object', async () => {
    const upload = await begin({ made: 'once' });
    const parts = [await put(upload, 1, 'one'), await put(upload, 2, 'two')];
    place.front.fault = ({ operation }) => (operation === 'Put Block List' ? 'cut after' : undefined);
    await expect(complete(upload, parts)).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
    expect(await text()).toBe('onetwo');
    place.front.forget();
    await complete(upload, parts);
    expect(await text()).toBe('onetwo');
    expect((await store.stat(key)).metadata).toEqual({ made: 'once' });
  });

  it('is done though its record cannot be removed', async () => {
    const upload = await begin();
    const part = await put(upload, 1, 'one');
    place.front.fault = ({ operation }) => (operation === 'Delete Blob' ? { answer: 500 } : undefined);
    await complete(upload, [part]);
    expect(await text()).toBe('one');
  });

  it('has its condition in it', async () => {
    const upload = await begin();
    const part = await put(upload, 1, 'one');
    await complete(upload, [part], { precondition: { kind: 'if-absent' } });
    const commit = place.front.received.find(({ operation }) => operation === 'Put Block List');
    expect(commit?.headers).toMatchObject({ 'if-none-match': '*' });
  });
});

it('blocks of another tool, with ids of another length, are named as what is in the way', async () => {
  const theirs = Buffer.from('another tool').toString('base64');
  await place.admin.getBlockBlobClient(key).stageBlock(theirs, 'theirs', 6);
  const upload = await begin();
  await expect(put(upload, 1, 'ours')).rejects.toMatchObject({
    code: 'InvalidArgument',
    reason: expect.stringMatching(/another tool left parts of another kind on this blob/),
  });
});

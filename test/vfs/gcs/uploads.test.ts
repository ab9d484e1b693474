import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Part, Upload } from '../../../lib/vfs/multipart.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Precondition } from '../../../lib/vfs/types.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import { patternBytes } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const signal = new AbortController().signal;
const none: Precondition = { kind: 'none' };

let gcs: LocalGcs;
let bucket: Bucket;
let store: Store;
beforeAll(async () => {
  gcs = await startLocalGcs();
});
beforeEach(() => {
  bucket = gcs.server.createBucket('state', { versions: true });
  store = gcs.store({ url: 'gs://state' });
  gcs.server.requests.reset();
});
afterEach(() => {
  gcs.server.script = () => undefined;
});
afterAll(() => gcs.close());

function begin(metadata = {}, headers = {}): Promise<Upload> {
  return store.uploads.begin('k', { signal, headers, metadata });
}

async function putParts(upload: Upload, count: number, size = 100): Promise<readonly Part[]> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return Promise.all(
    numbers.map((number) => store.uploads.putPart(upload, number, bytesSource(patternBytes(size, number)), signal)),
  );
}

/** Names of everything in the bucket, old generations included. */
function names(): readonly string[] {
  return bucket.generations.map(({ name }) => name);
}

describe('an object in parts', () => {
  it.each([
    [1, 1],
    [32, 1],
    [33, 3],
    [65, 4],
  ])('of %i is composed in %i compositions, none of more than 32', async (count, compositions) => {
    const upload = await begin({ of: 'mine' }, { contentType: 'text/x', contentEncoding: 'gzip' });
    const parts = await putParts(upload, count);
    const written = await store.uploads.complete(upload, parts, { signal, precondition: none, checksums: {} });
    const whole = Buffer.concat(parts.map(({ number }) => patternBytes(100, number)));
    expect(gcs.server.requests.of('objects.compose')).toBe(compositions);
    expect(Buffer.compare(bucket.live('k')?.content ?? Buffer.of(), whole)).toBe(0);
    expect(written.checksums).toEqual(await digestBytes(whole, ['crc32c']));
    expect(await store.stat('k')).toMatchObject({
      metadata: { of: 'mine' },
      headers: { contentType: 'text/x', contentEncoding: 'gzip' },
      checksums: written.checksums,
    });
  });

  it('of more than a thousand is composed in three levels', async () => {
    const upload = await begin();
    const parts = Array.from({ length: 1025 }, (_, index): Part => {
      const name = `.statesync/uploads/${upload.id}/part-${String(index + 1).padStart(5, '0')}`;
      const { generation } = bucket.put({ name, content: Buffer.from(`${index},`), attributes: {} });
      return { number: index + 1, size: `${index},`.length, tag: generation, checksums: {} };
    });
    // What is left is removed one by one, which takes its time, and is tried elsewhere.
    gcs.server.script = ({ operation }) => (operation === 'objects.list' ? { kind: 'answer', status: 403 } : undefined);
    await store.uploads.complete(upload, parts, { signal, precondition: none, checksums: {} });
    expect(gcs.server.requests.of('objects.compose')).toBe(33 + 2 + 1);
    expect(bucket.live('k')?.content.toString()).toBe(parts.map((_, index) => `${index},`).join(''));
  });

  it('leaves nothing behind when it is complete, not even old generations', async () => {
    const upload = await begin();
    await putParts(upload, 40);
    const parts = await putParts(upload, 40);
    await store.uploads.complete(upload, parts, { signal, precondition: none, checksums: {} });
    expect(names()).toEqual(['k']);
  });

  it('leaves nothing behind when it is aborted, not even old generations', async () => {
    const upload = await begin();
    await putParts(upload, 3);
    await putParts(upload, 3);
    await store.uploads.abort(upload, signal);
    expect(names()).toEqual([]);
  });

  it('lies outside of every cluster while it is under way, and no listing shows it but that of its own place', async () => {
    const upload = await begin();
    await putParts(upload, 2);
    expect(names().every((name) => name.startsWith('.statesync/uploads/'))).toBe(true);
    expect(names().some((name) => name.endsWith('/config'))).toBe(false);
    expect((await store.listPage('')).entries).toEqual([]);
    expect((await store.listPage('.state')).entries).toEqual([]);
    expect((await store.listPage('', { delimiter: '/' })).prefixes).toEqual([]);
    expect((await store.driver.versions?.listVersions({ prefix: '', signal }))?.versions).toEqual([]);
    expect((await store.listPage('.statesync/')).entries).toHaveLength(3);
    await store.uploads.abort(upload, signal);
  });

  it('is of the parts that were named, also when one was replaced meanwhile', async () => {
    const upload = await begin();
    const first = await store.uploads.putPart(upload, 1, textSource('first'), signal);
    await store.uploads.putPart(upload, 1, textSource('other'), signal);
    await store.uploads.complete(upload, [first], { signal, precondition: none, checksums: {} });
    expect(bucket.live('k')?.content.toString()).toBe('first');
  });

  it('is not made where a named part is gone', async () => {
    bucket = gcs.server.createBucket('state');
    const upload = await begin();
    const first = await store.uploads.putPart(upload, 1, textSource('first'), signal);
    await store.uploads.putPart(upload, 1, textSource('other'), signal);
    const completed = store.uploads.complete(upload, [first], { signal, precondition: none, checksums: {} });
    await expect(completed).rejects.toMatchObject({ code: 'NotFound' });
    expect(bucket.live('k')).toBeUndefined();
    await store.uploads.abort(upload, signal);
  });

  it('of another CRC-32C than its caller knows is refused before it is composed', async () => {
    const upload = await begin();
    const parts = await putParts(upload, 2);
    const options = { signal, precondition: none, checksums: { crc32c: '00000000' } };
    const refused = { code: 'ChecksumMismatch', maybeApplied: false };
    await expect(store.uploads.complete(upload, parts, options)).rejects.toMatchObject(refused);
    expect(gcs.server.requests.of('objects.compose')).toBe(0);
    await store.uploads.abort(upload, signal);
  });

  it('of another CRC-32C than its parts have together is told, and may be there', async () => {
    const upload = await begin();
    const parts = (await putParts(upload, 2)).toReversed();
    const asIfInOrder = parts.map((part, index) => ({ ...part, checksums: parts[1 - index]?.checksums ?? {} }));
    const options = { signal, precondition: none, checksums: {} };
    const refused = { code: 'ChecksumMismatch', maybeApplied: true };
    await expect(store.uploads.complete(upload, asIfInOrder, options)).rejects.toMatchObject(refused);
    await store.uploads.abort(upload, signal);
  });

  it('without any part is refused', async () => {
    const upload = await begin();
    const completed = store.uploads.complete(upload, [], { signal, precondition: none, checksums: {} });
    await expect(completed).rejects.toMatchObject({ code: 'InvalidArgument' });
    await store.uploads.abort(upload, signal);
  });

  it('is made although its parts cannot be removed', async () => {
    const upload = await begin();
    const parts = await putParts(upload, 2);
    gcs.server.script = ({ operation }) =>
      operation === 'objects.delete' || operation === 'objects.list' ? { kind: 'answer', status: 403 } : undefined;
    await store.uploads.complete(upload, parts, { signal, precondition: none, checksums: {} });
    expect(bucket.live('k')?.content.byteLength).toBe(200);
  });

  it('whose answer is lost is uncertain, and one that was not begun to be composed is not', async () => {
    const upload = await begin();
    const parts = await putParts(upload, 33);
    let seen = 0;
    const cutAt = (at: number) => {
      seen = 0;
      gcs.server.script = ({ operation }) => {
        seen += operation === 'objects.compose' ? 1 : 0;
        return operation === 'objects.compose' && seen === at ? { kind: 'cut', when: 'after' } : undefined;
      };
    };
    const complete = () =>
      store.uploads.complete(upload, parts, { signal, precondition: { kind: 'if-absent' }, checksums: {} });
    cutAt(1);
    await expect(complete()).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
    cutAt(3);
    await expect(complete()).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
    gcs.server.script = () => undefined;
    await expect(complete()).rejects.toMatchObject({ code: 'AlreadyExists' });
    await store.uploads.abort(upload, signal);
    expect(names()).toEqual(['k']);
  });
});

describe('a part', () => {
  it('is two requests: the bytes, and a look whether the upload is still there', async () => {
    const upload = await begin();
    gcs.server.requests.reset();
    const { checksums } = await store.uploads.putPart(upload, 7, textSource('part'), signal);
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.get': 1, 'objects.insert': 1 });
    expect(checksums).toEqual(await digestBytes(Buffer.from('part'), ['crc32c', 'md5']));
    await store.uploads.abort(upload, signal);
  });

  it('that comes after the end of its upload leaves nothing behind', async () => {
    const upload = await begin();
    await store.uploads.abort(upload, signal);
    const late = store.uploads.putPart(upload, 1, textSource('late'), signal);
    await expect(late).rejects.toMatchObject({ code: 'NotFound' });
    expect(names()).toEqual([]);
  });

  it('is listed over all pages', async () => {
    gcs.server.limits.pageSize = 2;
    const upload = await begin();
    const parts = await putParts(upload, 5);
    expect(await store.uploads.listParts(upload, signal)).toEqual(parts);
    await store.uploads.abort(upload, signal);
    gcs.server.limits.pageSize = 1000;
    expect(names()).toEqual([]);
    await expect(store.uploads.listParts(upload, signal)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Part } from '../../../lib/vfs/multipart.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Precondition } from '../../../lib/vfs/types.ts';
import { chunkedSource, patternBytes } from '../../support/sources.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

const { signal } = new AbortController();
const none: Precondition = { kind: 'none' };
const bytes = patternBytes(250_000);
const fields = { signal, headers: {}, metadata: {} };
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss({ pageLimit: 2 });
  oss.server.createBucket('state');
  store = oss.store({ url: 'oss://state' });
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

/** Uploads the bytes in three parts, the last of which is a stream. */
async function upload(key: string) {
  const begun = await store.uploads.begin(key, fields);
  const pieces = [bytes.subarray(0, 102_400), bytes.subarray(102_400, 204_800), bytes.subarray(204_800)];
  const sources = pieces.map((piece, index) => (index < 2 ? bytesSource(piece) : chunkedSource([piece])));
  const parts: Part[] = [];
  for (const [index, source] of sources.entries()) {
    parts.push(await store.uploads.putPart(begun, index + 1, source, signal));
  }
  return { begun, parts, pieces };
}

describe('an object in parts', () => {
  it('carries the CRC-64 of all its bytes, and no MD5', async () => {
    const { begun, parts, pieces } = await upload('k');
    for (const [index, piece] of pieces.entries()) {
      expect(parts[index]?.checksums).toEqual(await digestBytes(piece, ['crc64xz', 'md5']));
    }
    const whole = await digestBytes(bytes, ['crc64xz']);
    const written = await store.uploads.complete(begun, parts, { signal, precondition: none, checksums: whole });
    expect(written).toMatchObject({ checksums: whole, revision: expect.stringMatching(/^[0-9A-F]{32}-3$/) });
    const stat = await store.stat('k');
    expect(stat).toMatchObject({ checksums: whole, revision: written.revision, size: bytes.byteLength });
    expect(stat.checksums).not.toHaveProperty('md5');
    expect(Buffer.compare(await collect((await store.read('k')).body, 1e6), bytes)).toBe(0);
  });

  it('is held against the CRC-64 that the caller expects; the object may be there', async () => {
    const { begun, parts } = await upload('other');
    const checksums = { crc64xz: '00'.repeat(8) };
    await expect(store.uploads.complete(begun, parts, { signal, precondition: none, checksums })).rejects.toMatchObject(
      {
        code: 'ChecksumMismatch',
        maybeApplied: true,
      },
    );
  });

  it('is begun with its headers and metadata', async () => {
    const given = { headers: { contentType: 'text/x-own', contentLanguage: 'en' }, metadata: { my_key: 'caf\u00e9' } };
    const begun = await store.uploads.begin('dressed.html', { signal, ...given });
    const part = await store.uploads.putPart(begun, 1, textSource('x'), signal);
    await store.uploads.complete(begun, [part], { signal, precondition: none, checksums: {} });
    expect(await store.stat('dressed.html')).toMatchObject(given);
  });

  it('tells its parts over pages of the server, with their digests', async () => {
    const { begun, parts, pieces } = await upload('listed');
    const listed = await store.uploads.listParts(begun, signal);
    expect(listed.map(({ number, size, tag }) => [number, size, tag])).toEqual(
      parts.map(({ number, size, tag }) => [number, size, tag]),
    );
    for (const [index, piece] of pieces.entries()) {
      expect(listed[index]?.checksums).toEqual(await digestBytes(piece, ['crc64xz']));
    }
    await store.uploads.abort(begun, signal);
    await expect(store.uploads.listParts(begun, signal)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it.each([
    ['a part that is too small and not the last', [1, 2], 'EntityTooSmall'],
    ['parts out of order', [2, 1], 'InvalidPartOrder'],
    ['a part that was never sent', [1, 9], 'InvalidPart'],
  ])('is not made of %s', async (_, numbers, code) => {
    const begun = await store.uploads.begin('refused', fields);
    const tags = new Map<number, Part>();
    for (const number of [1, 2]) {
      tags.set(number, await store.uploads.putPart(begun, number, textSource(`part ${number}`), signal));
    }
    const parts = numbers.map((number) => tags.get(number) ?? { number, size: 1, tag: '0'.repeat(32), checksums: {} });
    await expect(
      store.uploads.complete(begun, parts, { signal, precondition: none, checksums: {} }),
    ).rejects.toMatchObject({ code: 'InvalidArgument', message: expect.stringContaining(code) });
    expect(await store.find('refused')).toBeUndefined();
  });

  it('is refused under a condition before any request: OSS keeps only one of the two', async () => {
    const upload = { key: 'k' as never, id: 'any' };
    oss.server.requests.reset();
    const complete = store.uploads.complete(upload, [], { signal, precondition: { kind: 'if-absent' }, checksums: {} });
    await expect(complete).rejects.toMatchObject({ code: 'Unsupported' });
    expect(oss.server.requests.total).toBe(0);
  });

  it('though the driver itself hands "if-absent" on, and it is kept', async () => {
    const { begun, parts } = await upload('taken');
    await store.write('taken', textSource('taken'));
    const complete = store.driver.multipart?.complete(begun, parts, {
      signal,
      precondition: { kind: 'if-absent' },
      checksums: {},
    });
    await expect(complete).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect((await store.stat('taken')).size).toBe(5);
  });

  it.each([
    ['InitiateMultipartUpload', () => store.uploads.begin('k', fields)],
    [
      'CompleteMultipartUpload',
      async () => {
        const { begun, parts } = await upload('k');
        return store.uploads.complete(begun, parts, { signal, precondition: none, checksums: {} });
      },
    ],
  ])('an answer to %s that says nothing is not taken for one', async (operation, work) => {
    oss.server.script = (call, phase) =>
      phase === 'after' && call.operation === operation ? { answerBody: `<${operation}Result/>` } : undefined;
    await expect(work()).rejects.toMatchObject({ code: 'Unknown' });
  });
});

describe('a part that is copied', () => {
  async function copied(own: Store, from: Store) {
    const { revision } = await from.write('source', bytesSource(bytes));
    const begun = await own.uploads.begin('copied', fields);
    const range = { offset: 10, length: 120_000 };
    const source = { driver: from.driver, key: 'source' };
    return own.uploads.copyPart(begun, 1, source, { signal, range, sourceIfMatch: revision });
  }

  it('comes from another bucket of the region that the same identity reaches', async () => {
    oss.server.createBucket('next-door');
    const part = await copied(store, oss.store({ url: 'oss://next-door' }));
    expect(part).toMatchObject({ number: 1, size: 120_000, checksums: {} });
  });

  it.each([403, 501])('is left to the caller where OSS refuses the copy itself (%i)', async (status) => {
    oss.server.script = ({ operation }) => (operation === 'UploadPartCopy' ? { status, code: 'Whatever' } : undefined);
    expect(await copied(store, store)).toBeUndefined();
  });
});

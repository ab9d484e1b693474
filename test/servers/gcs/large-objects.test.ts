import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { bytesSource, collect } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { BodySource } from '../../../lib/vfs/types.ts';
import { chunkedSource, failingSource, patternBytes, stallingSource } from '../../support/sources.ts';
import { gcsEndpointOf } from './endpoint.ts';
import { gcsPlaces } from './places.ts';
import { knownServerAt } from './quirks.ts';

const signal = new AbortController().signal;
const large = patternBytes(3_000_001);
const chunks = Array.from({ length: 31 }, (_, i) => large.subarray(i * 100_000, (i + 1) * 100_000));

const endpoint = gcsEndpointOf(process.env);
const [place] = gcsPlaces(await knownServerAt(endpoint.endpoint), endpoint);
let store: Store;
beforeAll(async () => {
  const { definition, prefix } = (await place?.make()) ?? { definition: { url: '' }, prefix: '' };
  const driver = openDriver(definition, { environment: process.env, clock: systemClock });
  store = new Store(compose(driver, prefixed(prefix.replace(/\/$/, ''))));
});
afterAll(async () => {
  await store.close();
  await place?.clear();
});

async function content(key: string): Promise<Uint8Array> {
  return collect((await store.read(key)).body, 1e7);
}

describe('a stream that goes through a resumable upload', () => {
  it('becomes an object with both digests', async () => {
    const { checksums } = await store.write('k', chunkedSource(chunks));
    expect(checksums).toEqual(await digestBytes(large, ['crc32c', 'md5']));
    expect(Buffer.compare(await content('k'), large)).toBe(0);
  });

  it('keeps its condition', async () => {
    const { revision } = await store.write('taken', bytesSource(Buffer.from('before')));
    const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
    await expect(store.write('taken', chunkedSource(chunks), ifAbsent)).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
    expect((await store.stat('taken')).revision).toBe(revision);
    await store.write('taken', chunkedSource(chunks), { precondition: { kind: 'if-match', revision } });
    expect((await store.stat('taken')).size).toBe(large.byteLength);
  });

  it('keeps its condition also when it came not to hold while the bytes were sent', async () => {
    const late: BodySource = {
      ...chunkedSource(chunks),
      open: async (opened) => {
        await store.write('raced', bytesSource(Buffer.from('first')));
        return chunkedSource(chunks).open(opened);
      },
    };
    const written = store.write('raced', late, { precondition: { kind: 'if-absent' } });
    await expect(written).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(Buffer.from(await content('raced')).toString()).toBe('first');
  });

  it('stores nothing when it fails, is other than promised, or is given up', async () => {
    const abort = new AbortController();
    await expect(store.write('no', failingSource(large, new Error('broken'), 300_000))).rejects.toThrow();
    const other = chunkedSource(chunks, { checksums: { crc32c: '00000000' } });
    await expect(store.write('no', other)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    const stalling = stallingSource(large, () => abort.abort(), 300_000);
    await expect(store.write('no', stalling, { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    expect(await store.find('no')).toBeUndefined();
  });
});

describe('an object of many parts', () => {
  it('is composed in a tree, and its parts are gone', async () => {
    const upload = await store.uploads.begin('parts', { signal, headers: {}, metadata: {} });
    const pieces = Array.from({ length: 70 }, (_, i) =>
      large.subarray(i * 42_900, Math.min((i + 1) * 42_900, large.length)),
    );
    const parts = [];
    for (const [index, bytes] of pieces.entries()) {
      parts.push(await store.uploads.putPart(upload, index + 1, bytesSource(bytes), signal));
    }
    const precondition = { kind: 'none' } as const;
    const written = await store.uploads.complete(upload, parts, { signal, precondition, checksums: {} });
    expect(written.checksums.crc32c).toBe((await digestBytes(Buffer.concat(pieces), ['crc32c'])).crc32c);
    await expect(store.uploads.listParts(upload, signal)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('an object that is gzipped', () => {
  it('comes as it is stored, in whole and in part', async () => {
    const gzipped = Buffer.from('1f8b0800000000000003cb48cdc9c907008610a63605000000', 'hex');
    await store.write('z', bytesSource(gzipped), { headers: { contentEncoding: 'gzip', contentType: 'text/plain' } });
    expect(Buffer.compare(await content('z'), gzipped)).toBe(0);
    const { body } = await store.read('z', { range: { offset: 2, length: 7 } });
    expect(Buffer.compare(await collect(body, 10), gzipped.subarray(2, 9))).toBe(0);
  });
});

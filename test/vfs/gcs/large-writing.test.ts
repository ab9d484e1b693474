import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { BodySource } from '../../../lib/vfs/types.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import type { Call } from '../../loopback/gcs/call.ts';
import { chunkedSource, failingSource, patternBytes, stallingSource, watchedSource } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const granule = 256 * 1024;
/** Neither a multiple of what the store takes at a time, nor of the chunks. */
const large = patternBytes(5 * granule + 1234);
const chunks = Array.from({ length: 14 }, (_, i) => large.subarray(i * 100_000, (i + 1) * 100_000));
const inSteps = { 'uploads.begin': 1, 'uploads.continue': 2 };

let gcs: LocalGcs;
let bucket: Bucket;
let store: Store;
let calls: Call[] = [];
beforeAll(async () => {
  gcs = await startLocalGcs();
});
beforeEach(() => {
  bucket = gcs.server.createBucket('state');
  store = gcs.store({ url: 'gs://state' });
  calls = [];
  gcs.server.script = (call) => void calls.push(call);
  gcs.server.requests.reset();
});
afterEach(async () => {
  expect(gcs.server.openUploads).toBe(0);
  await store.driver.close?.();
});
afterAll(() => gcs.close());

/** Waits until the server has no more connections than that. */
async function connections(count: number): Promise<void> {
  while (gcs.server.openConnections > count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a large object', () => {
  it('is three requests, of exact lengths, with the digests in the last', async () => {
    const { crc32c = '', md5 = '' } = await digestBytes(large, ['crc32c', 'md5']);
    const written = await store.write('k', chunkedSource(chunks), { metadata: { of: 'mine' } });
    expect(gcs.server.requests.snapshot()).toEqual(inSteps);
    expect(written.checksums).toEqual({ crc32c, md5 });
    const [begin, head, tail] = calls.map(({ request }) => request.headers);
    expect(begin).toMatchObject({ 'x-upload-content-length': String(large.byteLength) });
    expect(head).toMatchObject({
      'content-length': String(5 * granule),
      'content-range': `bytes 0-${5 * granule - 1}/${large.byteLength}`,
    });
    const hash = `crc32c=${Buffer.from(crc32c, 'hex').toString('base64')},md5=${Buffer.from(md5, 'hex').toString('base64')}`;
    expect(tail).toMatchObject({ 'content-length': '1234', 'x-goog-hash': hash });
    expect(Buffer.compare(bucket.live('k')?.content ?? Buffer.of(), large)).toBe(0);
    expect((await store.stat('k')).metadata).toEqual({ of: 'mine' });
  });

  it.each([0, 1])('of a multiple of what the store takes at a time, and %i more, is whole', async (more) => {
    const bytes = large.subarray(0, 5 * granule + more);
    await store.write('k', chunkedSource([bytes]));
    expect(Buffer.compare(bucket.live('k')?.content ?? Buffer.of(), bytes)).toBe(0);
  });

  it('keeps its condition to the end', async () => {
    const { revision } = await store.write('k', textSource('first'));
    const ifMatch = { precondition: { kind: 'if-match', revision } } as const;
    const late: BodySource = {
      ...chunkedSource(chunks),
      open: async (signal) => {
        await store.write('k', textSource('meanwhile'));
        return chunkedSource(chunks).open(signal);
      },
    };
    await expect(store.write('k', late, ifMatch)).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await expect(
      store.write('k', chunkedSource(chunks), { precondition: { kind: 'if-absent' } }),
    ).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
    expect(bucket.live('k')?.content.toString()).toBe('meanwhile');
    await store.write('new', chunkedSource(chunks), { precondition: { kind: 'if-absent' } });
    expect(bucket.live('new')?.content.byteLength).toBe(large.byteLength);
  });

  it.each([
    ['of another digest', chunkedSource(chunks, { checksums: { sha256: '00'.repeat(32) } }), 'ChecksumMismatch'],
    ['that is shorter than it says', chunkedSource(chunks, { size: large.byteLength + granule }), 'ChecksumMismatch'],
    ['that is longer than it says', chunkedSource(chunks, { size: large.byteLength - granule }), 'ChecksumMismatch'],
    ['that fails', failingSource(large.subarray(0, 400_000), new Error('the disk broke'), granule * 8), 'Unknown'],
  ] as const)('%s stores nothing, and its upload is cancelled', async (_, source, code) => {
    const watched = watchedSource(source);
    await expect(store.write('k', watched.source)).rejects.toMatchObject({ code, maybeApplied: false });
    expect(bucket.live('k')).toBeUndefined();
    expect(gcs.server.requests.of('uploads.cancel')).toBe(1);
    expect(watched.cancelled).toBeGreaterThan(0);
  });

  it('whose signal fires while it is sent is cancelled at the store, and leaves no connection', async () => {
    const abort = new AbortController();
    const source = stallingSource(large, () => abort.abort(), granule);
    await expect(store.write('k', source, { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    expect(gcs.server.requests.of('uploads.cancel')).toBe(1);
    await connections(1);
    expect(bucket.live('k')).toBeUndefined();
  });

  it('of which the store keeps only a part is Unavailable, and is cancelled', async () => {
    gcs.server.script = ({ operation }) =>
      operation === 'uploads.continue'
        ? { kind: 'answer', status: 308, headers: { range: 'bytes=0-262143' } }
        : undefined;
    const failed = { code: 'Unavailable', maybeApplied: false };
    await expect(store.write('k', chunkedSource(chunks))).rejects.toMatchObject(failed);
    expect(gcs.server.requests.of('uploads.cancel')).toBe(1);
  });

  it('that the store refuses in its middle is refused at once, and is cancelled', async () => {
    let opened = 0;
    gcs.server.script = ({ operation }) =>
      operation === 'uploads.continue'
        ? { kind: 'answer', status: 403, body: '{"error":{"message":"no"}}' }
        : undefined;
    const endless: BodySource = {
      size: 1e12,
      checksums: {},
      open: async () => {
        opened += 1;
        return {
          async *[Symbol.asyncIterator]() {
            for (;;) {
              yield large;
            }
          },
          cancel: async () => {},
        };
      },
    };
    await expect(store.write('k', endless)).rejects.toMatchObject({ code: 'PermissionDenied', maybeApplied: false });
    expect(opened).toBe(1);
    await connections(1);
    expect(gcs.server.requests.of('uploads.cancel')).toBe(1);
  });

  it.each([
    ['uploads.begin', 1, false],
    ['uploads.continue', 1, false],
    ['uploads.continue', 2, true],
  ] as const)(
    'whose connection is cut at %s %i is Unavailable; only the last may have made it',
    async (name, at, maybe) => {
      let seen = 0;
      gcs.server.script = ({ operation }) => {
        seen += operation === name ? 1 : 0;
        return operation === name && seen === at ? { kind: 'cut', when: 'after' } : undefined;
      };
      const failed = { code: 'Unavailable', maybeApplied: maybe };
      await expect(store.write('k', chunkedSource(chunks))).rejects.toMatchObject(failed);
      expect(bucket.live('k') !== undefined).toBe(maybe);
      gcs.server.script = () => undefined;
      // An upload whose address was lost cannot be cancelled, and ends by itself after a week.
      gcs.server.forgetUploads();
    },
  );

  it('goes to no other host, wherever the store says that the upload is', async () => {
    gcs.server.script = ({ operation }) =>
      operation === 'uploads.begin'
        ? {
            kind: 'answer',
            status: 200,
            headers: { location: 'http://203.0.113.1/upload/storage/v1/b/state/o?upload_id=x' },
          }
        : undefined;
    await expect(store.write('k', chunkedSource(chunks))).rejects.toThrow();
    expect(gcs.server.requests.of('uploads.continue')).toBe(1);
  });

  it('without the address of its upload is no upload', async () => {
    gcs.server.script = () => ({ kind: 'answer', status: 200 });
    const failed = { code: 'Unknown', maybeApplied: false };
    await expect(store.write('k', chunkedSource(chunks))).rejects.toMatchObject(failed);
  });

  it('says nothing of the address of its upload, which is a secret', async () => {
    gcs.server.script = ({ operation }) =>
      operation === 'uploads.continue' ? { kind: 'answer', status: 500, body: '{}' } : undefined;
    const error = await store.write('k', chunkedSource(chunks)).catch((one: Error) => one);
    expect(`${(error as Error).message}${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('upload_id');
  });
});

import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { chunkedSource, failingSource, patternBytes, watchedSource } from '../../support/sources.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

const bytes = patternBytes(300_000);
const chunks = [0, 1, 2].map((i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss();
  oss.server.createBucket('state');
  store = oss.store({ url: 'oss://state' });
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

/** The headers of the next request. */
function nextHeaders(): Promise<IncomingHttpHeaders> {
  return new Promise((resolve) => {
    oss.server.script = ({ headers }) => {
      resolve(headers);
      return undefined;
    };
  });
}

function base64(hex = ''): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

describe('what a write sends', () => {
  it('is the MD5 of bytes in memory, which OSS verifies', async () => {
    const headers = nextHeaders();
    await store.write('k', bytesSource(bytes));
    const { md5 } = await digestBytes(bytes, ['md5']);
    expect(await headers).toMatchObject({ 'content-md5': base64(md5), 'content-length': '300000' });
  });

  it('is the MD5 that a stream vouches for, and a length, never chunks', async () => {
    const { md5 = '' } = await digestBytes(bytes, ['md5']);
    const headers = nextHeaders();
    await store.write('k', chunkedSource(chunks, { checksums: { md5 } }));
    expect(await headers).toMatchObject({ 'content-md5': base64(md5), 'content-length': '300000' });
    expect(await headers).not.toHaveProperty('transfer-encoding');
    const without = nextHeaders();
    await store.write('k', chunkedSource(chunks));
    expect(await without).not.toHaveProperty('content-md5');
  });

  it('is the type that is given, and else the plainest, whatever the name ends in', async () => {
    await store.write('page.html', textSource('x'));
    expect((await store.stat('page.html')).headers.contentType).toBe('application/octet-stream');
    await store.write('page.html', textSource('x'), { headers: { contentType: 'text/x-own' } });
    expect((await store.stat('page.html')).headers.contentType).toBe('text/x-own');
  });

  it.each(['', ' padded', 'caf\u00e9', 'two\nlines'])('is no header that HTTP would change: %j', async (value) => {
    oss.server.requests.reset();
    const refused = store.write('k', textSource('x'), { headers: { contentDisposition: value } });
    await expect(refused).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('contentDisposition'),
    });
    expect(oss.server.requests.total).toBe(0);
  });
});

describe('what a write makes of the answer', () => {
  it('is told: the CRC-64 and the MD5 that OSS computed', async () => {
    const { checksums } = await store.write('k', chunkedSource(chunks));
    expect(checksums).toEqual(await digestBytes(bytes, ['crc64xz', 'md5']));
  });

  it.each([
    ['another CRC-64', { 'x-oss-hash-crc64ecma': '1' }],
    ['no CRC-64 and another MD5', { 'x-oss-hash-crc64ecma': '', ETag: `"${'0'.repeat(32)}"` }],
  ])('is a ChecksumMismatch where it names %s, and the object may be there', async (_, answerHeaders) => {
    oss.server.script = (_call, phase) => (phase === 'after' ? { answerHeaders } : undefined);
    const mismatch = { code: 'ChecksumMismatch', maybeApplied: true };
    await expect(store.write('k', bytesSource(bytes))).rejects.toMatchObject(mismatch);
    await expect(store.write('k', chunkedSource(chunks))).rejects.toMatchObject(mismatch);
  });

  it('is no MD5 where the tag turns out to be none', async () => {
    const answerHeaders = { ETag: `"${'0'.repeat(32)}"` };
    oss.server.script = (_call, phase) => (phase === 'after' ? { answerHeaders } : undefined);
    const { checksums } = await store.write('k', bytesSource(bytes));
    expect(checksums).toEqual(await digestBytes(bytes, ['crc64xz']));
  });

  it('is Unknown without an ETag', async () => {
    oss.server.script = (_call, phase) => (phase === 'after' ? { answerHeaders: { ETag: '' } } : undefined);
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject({ code: 'Unknown' });
  });

  it('is a refusal, though it comes before the body was sent', async () => {
    oss.server.script = () => ({ status: 403, code: 'AccessDenied' });
    const stalled = { size: 1e9, checksums: {}, open: async () => stalledBody() };
    await expect(store.write('k', stalled)).rejects.toMatchObject({ code: 'PermissionDenied' });
  });

  it('is nothing good, where OSS answers a body that it cannot have', async () => {
    oss.server.script = () => ({ status: 200, headers: { ETag: '"e"' } });
    const stalled = { size: 10, checksums: {}, open: async () => stalledBody() };
    await expect(store.write('k', stalled)).rejects.toMatchObject({
      code: 'Unknown',
      message: expect.stringContaining('before it had the whole body'),
    });
  });
});

describe('a source that fails', () => {
  const failure = new Error('the source failed');

  it('leaves no doubt: nothing was stored', async () => {
    const failing = failingSource(bytes.subarray(0, 10), failure);
    await expect(store.write('never', failing)).rejects.toMatchObject({
      code: 'Unknown',
      maybeApplied: false,
      message: expect.stringContaining('the source failed'),
    });
    expect(await store.find('never')).toBeUndefined();
  });

  it('by its digest never reaches OSS whole, which checks an MD5 at most', async () => {
    async function* endingLate() {
      yield* chunks;
      for (let turn = 0; turn < 100; turn += 1) {
        await setImmediate(); // Time in which the last chunk would leave.
      }
    }
    const open = async () => ({ [Symbol.asyncIterator]: endingLate, cancel: async () => {} });
    const wrong = { size: bytes.byteLength, checksums: { sha256: '0'.repeat(64) }, open };
    await expect(store.write('never', wrong)).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: false });
    expect(await store.find('never')).toBeUndefined();
  });

  it('is told from a connection that fails', async () => {
    oss.server.script = () => 'cut';
    const stalled = { size: 10, checksums: {}, open: async () => stalledBody() };
    await expect(store.write('k', stalled)).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
  });

  it('is released, like one that does not', async () => {
    const [good, failing] = [watchedSource(chunkedSource(chunks)), watchedSource(failingSource(bytes, failure))];
    await store.write('k', good.source);
    await expect(store.write('k', failing.source)).rejects.toThrow();
    expect([good.cancelled, failing.cancelled]).toEqual([1, 1]);
  });
});

/** A body that gives a few bytes, and then waits for ever. */
function stalledBody() {
  return {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('abc');
      yield Buffer.from('def');
      await new Promise(() => {});
    },
    cancel: async () => {},
  };
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import type { Call } from '../../loopback/gcs/call.ts';
import { chunkedSource, patternBytes } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const large = patternBytes(1_400_000);

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

describe('a small object', () => {
  it.each([
    ['in memory', bytesSource(patternBytes(2_000_000))],
    ['from a stream', chunkedSource([patternBytes(1000), patternBytes(500)])],
    ['of no bytes', chunkedSource([])],
  ])('%s is one request', async (_, source) => {
    const { checksums } = await store.write('k', source);
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.insert': 1 });
    const content = bucket.live('k')?.content ?? Buffer.of();
    expect(checksums).toEqual(await digestBytes(content, ['crc32c', 'md5']));
    expect(content.byteLength).toBe(source.size);
  });

  it('has a length, and is not chunked', async () => {
    await store.write('k', chunkedSource([patternBytes(1000)]));
    const headers = calls[0]?.request.headers;
    expect(Number(headers?.['content-length'])).toBeGreaterThan(1000);
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('that the store digests otherwise is refused by the store, and nothing is stored', async () => {
    // What a network would do to it: one byte of the content changes on the way.
    await store.write('k', textSource('before'));
    gcs.server.script = ({ request }) => {
      const read = request.read.bind(request);
      request.read = (size?: number) => {
        const chunk = read(size) as Buffer | null;
        const at = chunk?.indexOf('precious') ?? -1;
        return at < 0 ? chunk : Buffer.concat([chunk!.subarray(0, at), Buffer.from('P'), chunk!.subarray(at + 1)]);
      };
      return undefined;
    };
    const refused = { code: 'ChecksumMismatch', maybeApplied: false };
    await expect(store.write('k', textSource('precious'))).rejects.toMatchObject(refused);
    expect(bucket.live('k')?.content.toString()).toBe('before');
  });

  it('of which the store answers other digests is a ChecksumMismatch, and may be there', async () => {
    const body = JSON.stringify({ generation: '1', size: '4', crc32c: 'AAAAAA==' });
    gcs.server.script = () => ({ kind: 'answer', status: 200, body });
    const refused = { code: 'ChecksumMismatch', maybeApplied: true };
    await expect(store.write('k', textSource('text'))).rejects.toMatchObject(refused);
  });

  it('that the store refuses early leaves no connection behind', async () => {
    gcs.server.script = () => ({ kind: 'answer', status: 403, body: '{"error":{"message":"no"}}' });
    const refused = { code: 'PermissionDenied' };
    await expect(store.write('k', bytesSource(patternBytes(20_000_000)))).rejects.toMatchObject(refused);
    gcs.server.script = () => undefined;
    await store.write('k', textSource('works'));
    await connections(1);
  });
});

describe('what the store cannot hold is refused before anything is sent', () => {
  afterEach(() => {
    expect(gcs.server.requests.total).toBe(0);
  });

  it.each(['a\nb', 'a\rb', '.', '..', '.well-known/acme-challenge/x'])('the name %j', async (key) => {
    const refused = { code: 'InvalidArgument' };
    const signal = new AbortController().signal;
    const sourceIfMatch = '1' as Revision;
    await expect(store.write(key, textSource('x'))).rejects.toMatchObject(refused);
    await expect(store.stat(key)).rejects.toMatchObject(refused);
    await expect(store.read(key)).rejects.toMatchObject(refused);
    await expect(store.delete(key)).rejects.toMatchObject(refused);
    await expect(store.copyFrom(store, 'k', key, { sourceIfMatch })).rejects.toMatchObject(refused);
    await expect(store.uploads.begin(key, { signal, headers: {}, metadata: {} })).rejects.toMatchObject(refused);
  });

  it('more than 8 KiB of metadata, counted in UTF-8', async () => {
    const metadata = { a: 'é'.repeat(4096) };
    await expect(store.write('k', textSource('x'), { metadata })).rejects.toMatchObject({ code: 'TooLarge' });
  });

  it('a content type that no header can carry', async () => {
    const headers = { contentType: 'text/plain\r\nx-evil: yes' };
    await expect(store.write('k', textSource('x'), { headers })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it.each(['etag', '0', '-1', '1e3', ''])('the revision %j, which is no generation', async (text) => {
    const revision = text as Revision;
    const ifMatch = { precondition: { kind: 'if-match', revision } } as const;
    const refused = { code: 'PreconditionFailed' };
    await expect(store.write('k', textSource('x'), ifMatch)).rejects.toMatchObject(refused);
    await expect(store.delete('k', ifMatch)).rejects.toMatchObject(refused);
  });
});

describe('what goes with the content', () => {
  it('comes back whatever its letters are', async () => {
    const metadata = { plain: 'value', unicode: 'größe 日本 \u{1f600}', quotes: '"a\\b"', lines: 'a\r\nb', empty: '' };
    const headers = { contentDisposition: 'attachment; filename="größe.gz"', cacheControl: 'no-store' };
    await store.write('k', textSource('x'), { metadata, headers });
    const stat = await store.stat('k');
    expect(stat.metadata).toEqual(metadata);
    expect(stat.headers).toEqual({ ...headers, contentType: 'application/octet-stream' });
  });

  it('holds as much metadata as the store takes', async () => {
    const metadata = { a: 'x'.repeat(8191) };
    await store.write('k', textSource('x'), { metadata });
    expect((await store.stat('k')).metadata).toEqual(metadata);
  });
});

describe('requests', () => {
  it('for each operation are few', async () => {
    const count = async (work: () => Promise<unknown>) => {
      gcs.server.requests.reset();
      await work();
      return gcs.server.requests.total;
    };
    const { revision } = await store.write('k', textSource('x'));
    expect(await count(() => store.write('k2', textSource('x')))).toBe(1);
    expect(await count(() => store.stat('k'))).toBe(1);
    expect(await count(async () => collect((await store.read('k')).body, 10))).toBe(2);
    expect(await count(() => store.listPage(''))).toBe(1);
    expect(await count(() => store.copyFrom(store, 'k', 'c', { sourceIfMatch: revision }))).toBe(1);
    expect(await count(() => store.delete('k', { precondition: { kind: 'if-match', revision } }))).toBe(1);
    expect(await count(() => store.delete('k'))).toBe(1);
  });

  it('never speak of access control lists', async () => {
    await store.write('k', textSource('x'));
    await store.write('l', chunkedSource([large]));
    const { revision } = await store.stat('k');
    await store.copyFrom(store, 'k', 'c', { sourceIfMatch: revision });
    for (const { request } of calls) {
      expect(request.url).not.toMatch(/acl/i);
    }
    // The server refuses a document that has a list; that it took these is the proof for the bodies.
  });
});

import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Bucket } from '../../loopback/gcs/bucket.ts';
import type { Call } from '../../loopback/gcs/call.ts';
import { patternBytes, textOf } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const bytes = patternBytes(300_000);

let gcs: LocalGcs;
let bucket: Bucket;
let store: Store;
beforeAll(async () => {
  gcs = await startLocalGcs();
});
beforeEach(async () => {
  bucket = gcs.server.createBucket('state');
  store = gcs.store({ url: 'gs://state' });
  await store.write('k', bytesSource(bytes));
  gcs.server.requests.reset();
});
afterEach(async () => {
  gcs.server.script = () => undefined;
  await store.driver.close?.();
});
afterAll(() => gcs.close());

const isMedia = ({ operation }: Call) => operation === 'objects.get media';

/** Waits until the server has no more connections than that. */
async function connections(count: number): Promise<void> {
  while (gcs.server.openConnections > count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(gcs.server.openConnections).toBe(count);
}

describe('a read', () => {
  it('is two requests: the description, and the content of that generation', async () => {
    const seen: Call[] = [];
    gcs.server.script = (call) => void seen.push(call);
    const { stat, body } = await store.read('k');
    expect(Buffer.compare(await collect(body, 1e6), bytes)).toBe(0);
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.get': 1, 'objects.get media': 1 });
    expect(seen[1]?.query).toEqual({ alt: 'media', generation: stat.revision });
  });

  it('of what has not changed is one request', async () => {
    const { revision } = await store.stat('k');
    gcs.server.requests.reset();
    expect(await store.readUnless('k', revision)).toBe('unchanged');
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.get': 1 });
  });

  it('gives gzipped content as it is stored, in whole and in part', async () => {
    const gzipped = gzipSync('a text that is served decompressed to whoever does not accept gzip');
    await store.write('z', bytesSource(gzipped), { headers: { contentEncoding: 'gzip', contentType: 'text/plain' } });
    const whole = await store.read('z');
    expect(whole.stat.size).toBe(gzipped.byteLength);
    expect(Buffer.compare(await collect(whole.body, 1000), gzipped)).toBe(0);
    const part = await store.read('z', { range: { offset: 3, length: 9 } });
    expect(Buffer.compare(await collect(part.body, 1000), gzipped.subarray(3, 12))).toBe(0);
  });

  it('of an object that is replaced between the two requests is the new one, as a whole', async () => {
    let replaced = false;
    gcs.server.script = (call) => {
      if (isMedia(call) && !replaced) {
        replaced = true;
        bucket.put({ name: 'k', content: Buffer.from('new'), attributes: { metadata: { is: 'new' } } });
      }
      return undefined;
    };
    const { stat, body } = await store.read('k');
    expect(stat).toMatchObject({ size: 3, metadata: { is: 'new' } });
    expect(await textOf(body)).toBe('new');
  });

  it('of a pinned object that is replaced between the two requests is refused', async () => {
    const { revision } = await store.stat('k');
    gcs.server.script = (call) => {
      if (isMedia(call)) {
        bucket.put({ name: 'k', content: Buffer.from('new'), attributes: {} });
      }
      return undefined;
    };
    await expect(store.read('k', { ifMatch: revision })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('of an object that is deleted between the two requests is NotFound', async () => {
    gcs.server.script = (call) => {
      if (isMedia(call)) {
        bucket.remove('k', undefined);
      }
      return undefined;
    };
    await expect(store.read('k')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('of an object that is replaced all the time is Unavailable, and never says that nothing is there', async () => {
    gcs.server.script = (call) => {
      if (isMedia(call)) {
        bucket.put({ name: 'k', content: Buffer.from('new'), attributes: {} });
      }
      return undefined;
    };
    await expect(store.read('k')).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('of a range that the store does not know about is refused, and not taken for the range', async () => {
    gcs.server.script = (call) => {
      delete call.request.headers.range;
      return undefined;
    };
    await expect(store.read('k', { range: { offset: 5, length: 5 } })).rejects.toMatchObject({ code: 'Unknown' });
    await connections(0);
  });
});

describe('a body', () => {
  it.each([0, 1, 100_000, 299_999])('that is cut off after %i bytes rejects while it is read', async (after) => {
    gcs.server.script = (call) => (isMedia(call) ? { kind: 'tear', bytes: after } : undefined);
    const { body } = await store.read('k');
    await expect(collect(body, 1e6)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('of a range that is cut off rejects while it is read', async () => {
    gcs.server.script = (call) => (isMedia(call) ? { kind: 'tear', bytes: 100 } : undefined);
    const { body } = await store.read('k', { range: { offset: 1000, length: 5000 } });
    await expect(collect(body, 1e6)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('with a changed byte rejects at its end', async () => {
    const change = (content: Buffer) => Buffer.concat([Buffer.from([content[0] === 0 ? 1 : 0]), content.subarray(1)]);
    gcs.server.script = (call) => (isMedia(call) ? { kind: 'change', change } : undefined);
    const { body } = await store.read('k');
    await expect(collect(body, 1e6)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('that is shorter than the store said rejects', async () => {
    gcs.server.script = (call) => (isMedia(call) ? { kind: 'change', change: (all) => all.subarray(1) } : undefined);
    const { body } = await store.read('k', { range: { offset: 10, length: 100 } });
    await expect(collect(body, 1e6)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('that is read to its end frees its connection for the next request', async () => {
    for (let i = 0; i < 3; i += 1) {
      await collect((await store.read('k')).body, 1e6);
    }
    expect(gcs.server.openConnections).toBe(1);
  });

  it('that nobody reads leaves no connection', async () => {
    const large = patternBytes(3_000_000);
    await store.write('large', bytesSource(large));
    const { body } = await store.read('large');
    await body.cancel();
    await connections(0);
  });

  it('that is aborted while it is read leaves no connection', async () => {
    const abort = new AbortController();
    await store.write('large', bytesSource(patternBytes(3_000_000)));
    const { body } = await store.read('large', { signal: abort.signal });
    const reading = (async () => {
      for await (const _ of body) {
        abort.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'Aborted' });
    await connections(0);
  });
});

describe('a stat', () => {
  it('is one request, and tells both digests', async () => {
    await store.write('t', textSource('hello'));
    gcs.server.requests.reset();
    const { checksums, versionId } = await store.stat('t');
    expect(checksums).toEqual({ crc32c: '9a71bb4c', md5: '5d41402abc4b2a76b9719d911017c592' });
    expect(versionId).toBeDefined();
    expect(gcs.server.requests.snapshot()).toEqual({ 'objects.get': 1 });
  });

  it('names no version where the bucket keeps none', async () => {
    const unversioned = gcs.store({ url: 'gs://state', capabilities: { versions: false } });
    expect(await unversioned.stat('k')).not.toHaveProperty('versionId');
  });
});

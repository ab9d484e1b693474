import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { md5 } from '../../loopback/swift/account.ts';
import type { Fault } from '../../loopback/swift/script.ts';
import { eventually } from '../../support/eventually.ts';
import { patternBytes, textOf } from '../../support/sources.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

const bytes = patternBytes(1_000_000);
let cloud: SwiftCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startSwiftCloud();
  cloud.account.put('state', 'big', { bytes, etag: md5(bytes), headers: {} });
});

afterAll(() => cloud.close());

beforeEach(async () => {
  store = await cloud.store();
});

afterEach(async () => {
  cloud.swift.script = undefined;
  await store.close();
});

/** What goes wrong with every GET of an object. */
function onGet(fault: Fault): void {
  cloud.swift.script = ({ operation }) => (operation === 'GET object' ? fault : undefined);
}

describe('a read', () => {
  it('and a stat ask for the newest', async () => {
    await store.stat('big');
    expect(cloud.swift.lastHeaders).toMatchObject({ 'x-newest': 'true' });
    const { body } = await store.read('big', { range: { offset: 0, length: 1 } });
    expect(cloud.swift.lastHeaders).toMatchObject({ 'x-newest': 'true' });
    await body.cancel();
  });

  it('and a stat tell the MD5 that Swift computed, and the time of the write by its clock', async () => {
    const { revision } = await store.write('k', textSource('text'));
    const { checksums, modifiedAt } = await store.stat('k');
    expect(checksums).toEqual(await digestBytes(Buffer.from('text'), ['md5']));
    expect(revision).toBe(checksums.md5);
    const time = cloud.account.find('state', 'k')?.time ?? 0;
    expect(modifiedAt?.getTime()).toBe(Math.floor(time));
    const { entries } = await store.listPage('k');
    expect(entries).toEqual([{ key: 'k', size: 4, revision, contentTag: `md5:${revision}`, modifiedAt }]);
  });

  it('and a listing tell no digest that the definition denies', async () => {
    const doubted = await cloud.store({ capabilities: { statChecksums: [] } });
    expect((await doubted.stat('big')).checksums).toEqual({});
    expect((await doubted.write('k', textSource('text'))).checksums).toEqual({});
    expect((await doubted.listPage('k')).entries[0]).not.toHaveProperty('contentTag');
    await doubted.close();
  });

  it('of a dynamic large object tells no digest, and a listing nothing of it', async () => {
    const manifest = { bytes: new Uint8Array(), etag: md5(''), headers: { 'x-object-manifest': 'state/parts/' } };
    cloud.account.put('state', 'dynamic', manifest);
    const stat = await store.stat('dynamic');
    expect(stat).toMatchObject({ checksums: {}, revision: `large-${md5('')}` });
    const [entry] = (await store.listPage('dynamic')).entries;
    expect(entry).toEqual({ key: 'dynamic', size: 0, modifiedAt: stat.modifiedAt });
    cloud.account.objects('state').delete('dynamic');
  });

  it.each([0, 1, 500_000, 999_999])('ends with Unavailable when the connection is cut after %i bytes', async (at) => {
    onGet({ kind: 'tear', bytes: at });
    const { body } = await store.read('big');
    await expect(collect(body, 2e6)).rejects.toMatchObject({ code: 'Unavailable', operation: 'read' });
  });

  it('ends with ChecksumMismatch when other bytes come than Swift vouches for', async () => {
    onGet({ kind: 'headers', headers: { etag: md5('other') } });
    const { body } = await store.read('big');
    await expect(collect(body, 2e6)).rejects.toMatchObject({ code: 'ChecksumMismatch', target: 'swift://state/big' });
  });

  it.each([
    ['another range', { 'content-range': 'bytes 0-9/1000000' }],
    ['the whole', { 'content-range': '' }],
  ])('of a range is no read of %s', async (_, headers) => {
    onGet({ kind: 'headers', headers });
    const range = { offset: 10, length: 10 };
    await expect(store.read('big', { range })).rejects.toMatchObject({ code: 'Unknown' });
    await eventually(() => cloud.swift.openConnections === 0);
  });

  it('that is answered without a revision is not taken for one', async () => {
    onGet({ kind: 'headers', headers: { etag: '' } });
    await expect(store.read('big')).rejects.toMatchObject({
      code: 'Unknown',
      reason: 'Swift answered without an ETag',
    });
    await eventually(() => cloud.swift.openConnections === 0);
  });
});

describe('connections', () => {
  it('are kept for the next request when a body was read to its end, also an empty one', async () => {
    await store.write('empty', textSource(''));
    for (let i = 0; i < 5; i += 1) {
      expect((await collect((await store.read('big')).body, 2e6)).byteLength).toBe(bytes.byteLength);
      expect(await textOf((await store.read('empty')).body)).toBe('');
      await store.stat('big');
      await store.find('absent');
      await store.listPage('');
    }
    expect(cloud.swift.openConnections).toBe(1);
  });

  it.each(['small', 'big'])(
    'are closed when a %s body is let go unread, and when it is left in the middle',
    async (key) => {
      await store.write('small', textSource('text'));
      const unread = await Promise.all([store.read(key), store.read(key)]);
      await Promise.all(unread.map(({ body }) => body.cancel()));
      await eventually(() => cloud.swift.openConnections === 0);
      for await (const _ of (await store.read(key)).body) {
        break;
      }
      await eventually(() => cloud.swift.openConnections === 0);
    },
  );

  it('are closed when a call is aborted before the answer, and while its body is read', async () => {
    const abort = new AbortController();
    onGet({ kind: 'wait', until: new Promise(() => {}) });
    const waiting = store.read('big', { signal: abort.signal });
    const settled = Promise.allSettled([waiting]);
    await eventually(() => cloud.swift.requests.of('GET object') > 0 && cloud.swift.openConnections > 0);
    abort.abort();
    await settled;
    await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
    await eventually(() => cloud.swift.openConnections === 0);
    cloud.swift.script = undefined;
    const later = new AbortController();
    const { body } = await store.read('big', { signal: later.signal });
    later.abort();
    await expect(collect(body, 2e6)).rejects.toMatchObject({ code: 'Aborted' });
    await eventually(() => cloud.swift.openConnections === 0);
  });

  it('are at most sixty-four to one host; further calls wait for one', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => store.listPage('')));
    expect(all).toHaveLength(100);
    expect(cloud.swift.openConnections).toBeLessThanOrEqual(64);
  });

  it('are closed with the store', async () => {
    await store.listPage('');
    await store.close();
    await eventually(() => cloud.swift.openConnections === 0);
  });
});

describe('requests', () => {
  it('are one for each call, and one more in a minute for a container that holds no large objects', async () => {
    await store.listPage('');
    const counted = async (work: () => Promise<unknown>) => {
      cloud.swift.requests.reset();
      await work();
      return cloud.swift.requests.snapshot();
    };
    expect(await counted(() => store.write('a', textSource('text')))).toEqual({ 'PUT object': 1, list: 1 });
    const { revision } = await store.stat('a');
    expect(await counted(() => store.write('b', bytesSource(bytes)))).toEqual({ 'PUT object': 1 });
    expect(await counted(() => store.stat('a'))).toEqual({ 'HEAD object': 1 });
    expect(await counted(async () => textOf((await store.read('a')).body))).toEqual({ 'GET object': 1 });
    expect(await counted(() => store.readUnless('a', revision))).toEqual({ 'GET object': 1 });
    expect(await counted(() => store.copyFrom(store, 'a', 'c', { sourceIfMatch: revision }))).toEqual({ copy: 1 });
    expect(await counted(() => store.delete('a'))).toEqual({ 'DELETE object': 1 });
    const absent = { precondition: { kind: 'if-absent' } } as const;
    expect(await counted(() => store.write('a', textSource(''), absent))).toEqual({ 'PUT object': 1 });
  });
});

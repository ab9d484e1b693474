import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { faults } from '../../loopback/swift/script.ts';
import { chunkedSource, failingSource, patternBytes, textOf } from '../../support/sources.ts';
import type { SwiftCloud } from './cloud.ts';
import { capabilities, ownNames, sendTexts, startSmallSwift } from './small-limits.ts';

const most = capabilities.parts.maxSize;
const bytes = patternBytes(2_500);
let cloud: SwiftCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startSmallSwift();
});

afterAll(() => cloud.close());

beforeEach(async () => {
  cloud.account.makeContainer('state');
  store = await cloud.store({ capabilities });
});

afterEach(() => {
  cloud.swift.script = undefined;
  cloud.account.removeContainer('state');
});

const own = () => ownNames(cloud);
const uploaded = (key: string, texts: readonly string[]) => sendTexts(store, key, texts);

async function content(key: string): Promise<Buffer> {
  return Buffer.from(await collect((await store.read(key)).body, 1e6));
}

describe('a write of more than a plain object', () => {
  it.each([
    ['in memory', () => bytesSource(bytes)],
    ['that is streamed', () => chunkedSource([bytes.subarray(0, 1), bytes.subarray(1, 1_700), bytes.subarray(1_700)])],
  ])('from a source %s is a large object of full segments', async (_, source) => {
    const headers = { contentType: 'text/x-large', cacheControl: 'no-store' };
    const written = await store.write('k', source(), { headers, metadata: { a: 'b' } });
    expect(own()).toEqual(['1', '2', '3'].map((number) => `.statesync/swift/segments/ID/0000${number}`));
    const stat = await store.stat('k');
    expect(stat).toMatchObject({
      size: 2_500,
      revision: written.revision,
      checksums: {},
      headers,
      metadata: { a: 'b' },
    });
    expect((await content('k')).equals(bytes)).toBe(true);
    const [entry] = (await store.listPage('')).entries;
    expect(entry).toEqual({ key: 'k', size: 2_500, revision: written.revision, modifiedAt: stat.modifiedAt });
    expect(
      await textOf((await store.read('k', { range: { offset: 998, length: 4 }, ifMatch: written.revision })).body),
    ).toHaveLength(Buffer.from(bytes.subarray(998, 1002)).toString().length);
    expect(await store.readUnless('k', written.revision)).toBe('unchanged');
  });

  it('of exactly its size is a plain object', async () => {
    await store.write('k', bytesSource(bytes.subarray(0, most)));
    expect(own()).toEqual([]);
  });

  it('makes segments larger where there would be too many', async () => {
    const few = await cloud.store({ capabilities: { parts: { ...capabilities.parts, maxCount: 3 } } });
    await few.write('k', bytesSource(bytes));
    expect(own()).toHaveLength(3);
  });

  it('stores nothing when the source fails, or is another than it says, and leaves no segment', async () => {
    const failing = failingSource(bytes, new Error('the disk is gone'), 500);
    await expect(store.write('k', failing)).rejects.toThrow('the disk is gone');
    await expect(store.write('k', failing)).rejects.toMatchObject({ maybeApplied: false });
    const checksums = await digestBytes(Buffer.from('other'), ['sha256']);
    for (const source of [
      chunkedSource([bytes], { size: 2_400 }),
      chunkedSource([bytes], { size: 2_600 }),
      bytesSource(bytes, checksums),
    ]) {
      await expect(store.write('k', source)).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: false });
    }
    expect(cloud.account.names('state')).toEqual([]);
  });

  it('honours "if-absent", and leaves no segment where it is refused', async () => {
    const absent = { precondition: { kind: 'if-absent' } } as const;
    await store.write('k', bytesSource(bytes), absent);
    await expect(store.write('k', bytesSource(bytes), absent)).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(own()).toHaveLength(3);
    expect((await content('k')).equals(bytes)).toBe(true);
  });

  it.each([true, false])(
    'whose last answer is lost (carried out: %s) keeps the segments that the object may need',
    async (carriedOut) => {
      cloud.swift.script = faults({ kind: 'cut', carriedOut }, ({ operation }) => operation === 'PUT manifest');
      await expect(store.write('k', bytesSource(bytes))).rejects.toMatchObject({
        code: 'Unavailable',
        maybeApplied: true,
      });
      expect(own()).toHaveLength(3);
      expect(await content('k').catch((error: { code: string }) => error.code)).toEqual(
        carriedOut ? Buffer.from(bytes) : 'NotFound',
      );
    },
  );

  it('during which the token ends is begun again by whoever repeats it', async () => {
    await store.listPage('');
    cloud.swift.script = ({ name }) => {
      if (name.endsWith('00002')) {
        cloud.swift.keystone.revokeAll();
        cloud.swift.script = undefined;
      }
      return undefined;
    };
    await expect(store.write('k', bytesSource(bytes))).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: false,
    });
    expect(own()).toEqual([]);
    await store.write('k', bytesSource(bytes));
    expect((await content('k')).equals(bytes)).toBe(true);
  });
});

describe('the segments of a large object', () => {
  beforeEach(async () => {
    await (await uploaded('k', ['one ', 'two'])).complete();
    await (await uploaded('other', ['not touched'])).complete();
    expect(own()).toHaveLength(3);
  });

  afterEach(async () => {
    expect(await textOf((await store.read('other')).body)).toBe('not touched');
  });

  const others = ['.statesync/swift/segments/ID/00001'];

  it('go with a delete, after the object', async () => {
    const order: string[] = [];
    cloud.swift.script = ({ operation, name }) => {
      order.push(...(operation === 'DELETE object' ? [name] : []));
      return undefined;
    };
    await store.delete('k');
    expect(own()).toEqual(others);
    expect(order).toHaveLength(3);
    expect(order[0]).toBe('k');
  });

  it('go when a plain object takes its place, or a copy, or another large one', async () => {
    await store.write('k', textSource('plain'));
    expect(own()).toEqual(others);
    await (await uploaded('k', ['again'])).complete();
    const { revision } = await store.stat('other');
    await store.copyFrom(store, 'other', 'k', { sourceIfMatch: revision });
    expect(await textOf((await store.read('k')).body)).toBe('not touched');
    expect(own()).toEqual(others);
    await store.write('k', bytesSource(bytes));
    await (await uploaded('k', ['short'])).complete();
    expect(own()).toEqual([...others, ...others]);
  });

  it('stay when the object is not replaced after all', async () => {
    cloud.swift.script = faults({ kind: 'status', status: 503 }, ({ operation }) => operation === 'PUT object');
    await expect(store.write('k', textSource('plain'))).rejects.toMatchObject({ code: 'Unavailable' });
    cloud.swift.script = faults({ kind: 'status', status: 403 }, ({ operation }) => operation === 'DELETE object');
    await expect(store.delete('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
    expect(await textOf((await store.read('k')).body)).toBe('one two');
  });

  it('that cannot be removed stay behind, and the call succeeds', async () => {
    cloud.swift.script = ({ operation, name }) =>
      operation === 'DELETE object' && name !== 'k' ? { kind: 'status', status: 503 } : undefined;
    await store.delete('k');
    expect(await store.find('k')).toBeUndefined();
    expect(own()).toHaveLength(3);
  });

  it.each(['state_segments', 'state'])(
    'that another tool made, in the container %s, are left alone',
    async (container) => {
      const part = { bytes: Buffer.from('foreign'), etag: md5('foreign'), headers: {} };
      cloud.account.makeContainer(container);
      cloud.account.put(container, 'parts/1', part);
      const path = `/${container}/parts/1`;
      const manifest = Buffer.from(JSON.stringify([{ name: path, bytes: 7, hash: part.etag }]));
      const headers = { 'x-static-large-object': 'True', 'x-manifest-etag': md5(manifest) };
      const segments = [{ path, etag: part.etag, size: 7 }];
      cloud.account.put('state', 'foreign', { bytes: manifest, etag: md5(part.etag), headers, segments });
      expect(await textOf((await store.read('foreign')).body)).toBe('foreign');
      await store.delete('foreign');
      expect(cloud.account.find(container, 'parts/1')).toBeDefined();
    },
  );

  it('that are missing make a read fail, and not end early', async () => {
    const segment = cloud.account.names('state').find((name) => name.endsWith('00002')) ?? '';
    cloud.account.objects('state').delete(segment);
    await expect(store.read('k')).rejects.toMatchObject({ code: 'Unavailable' });
    expect(cloud.account.objects('state').delete('k')).toBe(true);
  });

  it('are not looked for by those who may not look', async () => {
    cloud.swift.script = ({ operation }) => (operation === 'list' ? { kind: 'status', status: 403 } : undefined);
    const writing = await cloud.store({ capabilities });
    await writing.write('k', textSource('plain'));
    cloud.swift.script = undefined;
    expect(await textOf((await store.read('k')).body)).toBe('plain');
  });
});

describe('a copy', () => {
  it('of a large object is one plain object; one that is too large for that is left to the caller', async () => {
    await (await uploaded('small', ['a', 'b'])).complete();
    const small = await store.stat('small');
    expect(await store.copyFrom(store, 'small', 'k', { sourceIfMatch: small.revision })).toEqual({
      revision: md5('ab'),
      checksums: { md5: md5('ab') },
    });
    const large = await store.write('large', bytesSource(bytes));
    expect(await store.copyFrom(store, 'large', 'k', { sourceIfMatch: large.revision })).toBeUndefined();
    expect(await textOf((await store.read('k')).body)).toBe('ab');
  });

  it('goes between containers of one account, and not between accounts', async () => {
    cloud.account.makeContainer('elsewhere');
    const elsewhere = await cloud.store({ url: 'swift://elsewhere' });
    const old = { headers: { cacheControl: 'no-store' }, metadata: { old: 'one', both: 'one' } };
    const { revision } = await store.write('dir/ü k', textSource('text'), old);
    const given = { headers: { contentType: 'text/x-copy' }, metadata: { new: 'two', both: 'two' } };
    await elsewhere.copyFrom(store, 'dir/ü k', 'c', { sourceIfMatch: revision, ...given });
    const { headers, metadata, ...stat } = await elsewhere.stat('c');
    expect({ headers, metadata, revision: stat.revision }).toEqual({ ...given, revision });
    const { people } = cloud.swift.keystone;
    const project = people.addProject('second');
    const user = people.addUser('second', { password: 'p', project });
    cloud.swift.account(project.id).makeContainer('state');
    const foreign = await cloud.store({}, { OS_USERID: user.id, OS_PASSWORD: 'p', OS_PROJECT_NAME: '' });
    expect(await foreign.copyFrom(store, 'dir/ü k', 'c', { sourceIfMatch: revision })).toBeUndefined();
    expect(await foreign.find('c')).toBeUndefined();
  });
});

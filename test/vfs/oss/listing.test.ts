import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { decoderOf } from '../../../lib/vfs/oss/xml.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { ObjectVersion } from '../../../lib/vfs/versions.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

const names = ['a b+c%d&e', 'a/\u65e5\u672c', 'a/\u0001\n', 'a<b>', 'b', 'c/1', 'c/2'];
const { signal } = new AbortController();
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss({ pageLimit: 2 });
  oss.server.createBucket('state');
  oss.server.createBucket('empty');
  store = oss.store({ url: 'oss://state' });
  for (const name of names) {
    await store.write(name, textSource(name));
  }
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

async function all(prefix: string, own = store): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of own.list(prefix)) {
    keys.push(key);
  }
  return keys;
}

describe('a listing', () => {
  it('goes on over pages of the server, in order, with every key as it is', async () => {
    oss.server.requests.reset();
    expect(await all('')).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(oss.server.requests.snapshot()).toEqual({ ListObjectsV2: 4 });
  });

  it('asks for a thousand keys where nothing is said, for OSS gives a hundred', async () => {
    const asked: (string | undefined)[] = [];
    oss.server.script = ({ query }) => {
      asked.push(query.get('max-keys'));
      return undefined;
    };
    await store.listPage('');
    await store.listPage('', { pageSize: 7 });
    await store.listPage('', { pageSize: 5000 });
    expect(asked).toEqual([...['1000', '1000'], ...['7', '7'], ...['1000', '1000']]);
  });

  it('of nothing is empty', async () => {
    expect(await oss.store({ url: 'oss://empty' }).listPage('')).toEqual({ entries: [], prefixes: [], markers: [] });
  });

  it('tells a tag that is an MD5 of objects that were put, and of no others', async () => {
    const upload = await store.uploads.begin('in-parts', { signal, headers: {}, metadata: {} });
    const part = await store.uploads.putPart(upload, 1, textSource('x'), signal);
    await store.uploads.complete(upload, [part], { signal, precondition: { kind: 'none' }, checksums: {} });
    expect((await store.listPage('in-parts')).entries[0]?.contentTag).toBeUndefined();
    const { checksums } = await store.stat('b');
    expect((await store.listPage('b')).entries[0]?.contentTag).toBe(`md5:${checksums.md5}`);
    await store.delete('in-parts');
    const appended = `<Contents><Key>k</Key><ETag>"${'0'.repeat(32)}"</ETag><Type>Appendable</Type></Contents>`;
    const answerBody = `<ListBucketResult><IsTruncated>false</IsTruncated>${appended}</ListBucketResult>`;
    oss.server.script = (_, phase) => (phase === 'after' ? { answerBody } : undefined);
    expect((await store.listPage('')).entries).toEqual([{ key: 'k', size: 0, revision: '0'.repeat(32) }]);
  });

  it.each([
    ['is no XML', 'plain text'],
    ['is of something else', '<html><body/></html>'],
    ['is torn', '<ListBucketResult><IsTruncated>false</IsTruncated>'],
    ['does not say whether it is whole', '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>'],
    [
      'does not say so, though it names a next page',
      '<ListBucketResult><NextContinuationToken>t</NextContinuationToken></ListBucketResult>',
    ],
    ['goes on nowhere', '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>'],
  ])('that %s is none', async (_, body) => {
    oss.server.script = (_call, phase) => (phase === 'after' ? { answerBody: body } : undefined);
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown', operation: 'list' });
  });

  it('that is cut short is none', async () => {
    oss.server.script = (_call, phase) => (phase === 'after' ? { cutBodyAt: 100 } : undefined);
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a key in an answer', () => {
  const decode = decoderOf({ EncodingType: 'url' });

  it.each([
    ['a%20b%2Bc', 'a b+c'],
    ['a+b', 'a b'],
    ['demo%2Fgp-%0C%0A%0B', 'demo/gp-\f\n\v'],
    ['100%', '100%'],
  ])('%j is %j', (text, expected) => {
    expect(decode(text)).toBe(expected);
  });

  it('is itself where nothing says that it is encoded', () => {
    expect(decoderOf({})('a%20b+c')).toBe('a%20b+c');
  });
});

describe('a history', () => {
  it('goes on over pages of the server, also within a key, and keeps the order of the answer', async () => {
    oss.server.createBucket('versioned', { versioning: 'Enabled' });
    const own = oss.store({ url: 'oss://versioned' });
    const written: (string | undefined)[] = [];
    for (const text of ['1', '2', '3']) {
      written.unshift((await own.write('k%+', textSource(text))).versionId);
    }
    await own.delete('k%+');
    await own.write('k%+', textSource('4'));
    await own.write('l', textSource('5'));
    const found: ObjectVersion[] = [];
    for await (const version of own.versions.list('', signal)) {
      found.push(version);
    }
    expect(found.map(({ key, kind, latest }) => [key, kind, latest])).toEqual([
      ['k%+', 'content', true],
      ['k%+', 'deletion', false],
      ['k%+', 'content', false],
      ['k%+', 'content', false],
      ['k%+', 'content', false],
      ['l', 'content', true],
    ]);
    expect(found.slice(2, 5).map(({ versionId }) => versionId)).toEqual(written);
  });

  it('of a bucket that keeps none has one version of each key, that none can name', async () => {
    const page = await store.driver.versions?.listVersions({ prefix: 'b', signal });
    expect(page?.versions).toMatchObject([{ key: 'b', versionId: 'null', kind: 'content', latest: true, size: 1 }]);
    expect(await store.stat('b')).not.toHaveProperty('versionId');
  });

  it('of a bucket in which versions are suspended: a write names no version', async () => {
    oss.server.createBucket('suspended', { versioning: 'Suspended' });
    const own = oss.store({ url: 'oss://suspended' });
    expect(await own.write('k', textSource('x'))).not.toHaveProperty('versionId');
    expect(await own.stat('k')).not.toHaveProperty('versionId');
  });

  it('of which a version is gone says so', async () => {
    oss.server.createBucket('gone', { versioning: 'Enabled' });
    const own = oss.store({ url: 'oss://gone' });
    const { versionId } = await own.write('k', textSource('x'));
    await own.versions.delete('k', versionId as never, signal);
    await expect(own.versions.read('k', versionId as never, signal)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

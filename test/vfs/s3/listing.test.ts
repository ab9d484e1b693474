import { afterEach, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { createManualClock } from '../../support/clock.ts';
import { compatibleAt } from './local-cloud.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const owner = new IdentityRegistry().addUser('111111111111', 'owner');
const signal = new AbortController().signal;
/** What the last page of a listing says. */
const end = '<IsTruncated>false</IsTruncated>';
let server: ScriptedServer;

afterEach(() => server.close());

async function answering(answer: Parameters<typeof startScriptedServer>[0]): Promise<Store> {
  server = await startScriptedServer(answer);
  const environment = compatibleAt(server.endpoint, owner);
  return new Store(openDriver({ url: 's3://state' }, { environment, clock: createManualClock() }));
}

describe('a listing', () => {
  it('reads keys as they are encoded, never fails for one, and leaves markers alone', async () => {
    const names = ['a+b%2Bc%20d', 'line%0Afeed', '%E2%82%AC', 'broken%E2', 'dir/', '%2Fleading'];
    const contents = names
      .map((name) => `<Contents><Key>${name}</Key><Size>1</Size><ETag>"e"</ETag></Contents>`)
      .join('');
    const store = await answering(() => ({
      body: `<ListBucketResult>${end}<EncodingType>url</EncodingType>${contents}<CommonPrefixes><Prefix>p%20q/</Prefix></CommonPrefixes></ListBucketResult>`,
    }));
    const { entries, markers, prefixes } = await store.listPage('', { delimiter: '/' });
    expect(entries.map(({ key }) => key)).toEqual(['a b+c d', 'line\nfeed', '€', 'broken%E2']);
    expect(markers).toEqual(['dir/', '/leading']);
    expect(prefixes).toEqual(['p q/']);
    expect(server.only('GET').url).toContain('encoding-type=url');
  });

  it('reads keys as they are where the store does not encode them', async () => {
    const contents = '<Contents><Key>a+b%20c</Key><Size>1</Size><ETag>"e"</ETag></Contents>';
    const store = await answering(() => ({ body: `<ListBucketResult>${end}${contents}</ListBucketResult>` }));
    expect((await store.listPage('')).entries[0]?.key).toBe('a+b%20c');
  });

  it('tags what may be an MD5, and nothing else', async () => {
    const tags = ['00112233445566778899AABBCCDDEEFF', '00112233445566778899aabbccddeeff-2', 'opaque'];
    const contents = tags
      .map((tag, i) => `<Contents><Key>k${i}</Key><Size>1</Size><ETag>"${tag}"</ETag></Contents>`)
      .join('');
    const store = await answering(() => ({ body: `<ListBucketResult>${end}${contents}</ListBucketResult>` }));
    const { entries } = await store.listPage('');
    expect(entries.map(({ contentTag }) => contentTag)).toEqual([
      'md5:00112233445566778899aabbccddeeff',
      undefined,
      undefined,
    ]);
    expect(entries.map(({ revision }) => revision)).toEqual(tags);
  });

  it.each([
    ['cut short', '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key>'],
    ['empty', ''],
    ['of a proxy', '<html><body>please sign in</body></html>'],
    [
      'that does not say where the next page is',
      '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>',
    ],
    ['that does not say whether there is a next page', '<ListBucketResult><Name>state</Name></ListBucketResult>'],
  ])('never takes an answer %s for a listing', async (_, body) => {
    const store = await answering(() => ({ body }));
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown', target: 's3://state/' });
    await expect(store.versions.list('', signal).next()).rejects.toMatchObject({ code: 'Unknown' });
  });
});

describe('a history', () => {
  const one = (tag: 'Version' | 'DeleteMarker', key: string, version: string, latest = false, second = 0) =>
    `<${tag}><Key>${key}</Key><VersionId>${version}</VersionId><IsLatest>${latest}</IsLatest>` +
    `<LastModified>2026-01-01T00:00:0${second}.000Z</LastModified>${tag === 'Version' ? '<Size>1</Size><ETag>"e"</ETag>' : ''}</${tag}>`;

  async function historyOf(...listed: readonly string[]): Promise<readonly string[]> {
    const store = await answering(() => ({
      body: `<ListVersionsResult>${end}${listed.join('')}</ListVersionsResult>`,
    }));
    const versions: string[] = [];
    for await (const { versionId, kind } of store.versions.list('', signal)) {
      versions.push(kind === 'deletion' ? `-${versionId}` : versionId);
    }
    return versions;
  }

  it('keeps the order of the answer within one second', async () => {
    const listed = [
      one('Version', 'k', '4', true),
      one('DeleteMarker', 'k', '3'),
      one('Version', 'k', '2'),
      one('DeleteMarker', 'k', '1'),
    ];
    expect(await historyOf(...listed)).toEqual(['4', '-3', '2', '-1']);
  });

  it('puts in order what a store lists apart', async () => {
    const contents = [
      one('Version', 'a', '3', true, 3),
      one('Version', 'a', '1', false, 1),
      one('Version', 'c', '9', true),
    ];
    const deletions = [one('DeleteMarker', 'a', '2', false, 2), one('DeleteMarker', 'b', '5', true)];
    expect(await historyOf(...contents, ...deletions)).toEqual(['3', '-2', '1', '-5', '9']);
  });

  it('goes on from both markers of a page', async () => {
    const more =
      '<IsTruncated>true</IsTruncated><NextKeyMarker>a%20b</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>';
    const store = await answering(({ url }) => ({
      body: url.includes('key-marker')
        ? `<ListVersionsResult>${end}${one('Version', 'z', '2', true)}</ListVersionsResult>`
        : `<ListVersionsResult><EncodingType>url</EncodingType>${one('Version', 'a%20b', 'v1', true)}${more}</ListVersionsResult>`,
    }));
    const keys: string[] = [];
    for await (const { key } of store.versions.list('', signal)) {
      keys.push(key);
    }
    expect(keys).toEqual(['a b', 'z']);
    expect(new URLSearchParams(server.received[1]?.url.split('?')[1]).get('key-marker')).toBe('a b');
    expect(server.received[1]?.url).toContain('version-id-marker=v1');
  });

  it('of a bucket that never kept one has versions named null', async () => {
    const [version] = await historyOf('<Version><Key>k</Key><IsLatest>true</IsLatest></Version>');
    expect(version).toBe('null');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OSS from 'ali-oss';
import { bytesSource, collect } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { patternBytes } from '../../support/sources.ts';
import { type OssPlaces, owner, startOss } from './bucket-at.ts';

const size = 300_000;
const bytes = patternBytes(size);
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss();
  oss.server.createBucket('state');
  store = oss.store({ url: 'oss://state' });
  await store.write('big', bytesSource(bytes));
  await store.write('empty', bytesSource(Buffer.of()));
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

/** Answers reads of objects with other headers than OSS would. */
function answering(answerHeaders: Readonly<Record<string, string>>): void {
  oss.server.script = (_, phase) => (phase === 'after' ? { answerHeaders } : undefined);
}

describe('what a stat vouches for', () => {
  it('is the CRC-64 and the MD5 of an object that was put', async () => {
    expect((await store.stat('big')).checksums).toEqual(await digestBytes(bytes, ['crc64xz', 'md5']));
    expect((await store.stat('empty')).checksums).toEqual(await digestBytes(Buffer.of(), ['crc64xz', 'md5']));
  });

  it.each([
    ['of another type', { 'x-oss-object-type': 'Appendable' }],
    ['without a type', { 'x-oss-object-type': '' }],
    ['under a key of KMS', { 'x-oss-server-side-encryption': 'KMS' }],
    ['encrypted with SM4', { 'x-oss-server-side-encryption': 'SM4' }],
    ['with a tag that is no MD5', { ETag: '"5B3C1A2E053D763E1B002CC607C5A0FE-2"' }],
  ])('is the CRC-64 alone of an object %s', async (_, headers) => {
    answering(headers);
    expect((await store.stat('big')).checksums).toEqual(await digestBytes(bytes, ['crc64xz']));
  });

  it('is an MD5 too under the keys of OSS itself', async () => {
    answering({ 'x-oss-server-side-encryption': 'AES256' });
    expect((await store.stat('big')).checksums).toEqual(await digestBytes(bytes, ['crc64xz', 'md5']));
  });

  it('is nothing where OSS tells nothing', async () => {
    answering({ 'x-oss-hash-crc64ecma': '', 'x-oss-object-type': 'Multipart' });
    expect((await store.stat('big')).checksums).toEqual({});
  });

  it('has sixteen digits, also where the number is small', async () => {
    answering({ 'x-oss-hash-crc64ecma': '26' });
    expect((await store.stat('big')).checksums.crc64xz).toBe('000000000000001a');
  });
});

describe('a body', () => {
  it('of which a byte is another rejects while it is read', async () => {
    oss.server.script = (_, phase) => (phase === 'after' ? { flipBodyAt: 150_000 } : undefined);
    const { body } = await store.read('big');
    await expect(collect(body, size)).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      message: expect.stringContaining('crc64xz'),
    });
  });

  it('is held against the MD5 where there is no CRC-64', async () => {
    oss.server.script = (_, phase) =>
      phase === 'after' ? { answerHeaders: { 'x-oss-hash-crc64ecma': '' } } : undefined;
    expect((await collect((await store.read('big')).body, size)).byteLength).toBe(size);
    answering({ 'x-oss-hash-crc64ecma': '', ETag: `"${'0'.repeat(32)}"` });
    const { body } = await store.read('big');
    await expect(collect(body, size)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('of which the CRC-64 is right is whole, though the tag looks like another MD5', async () => {
    answering({ ETag: `"${'0'.repeat(32)}"` });
    const { body } = await store.read('big');
    expect((await collect(body, size)).byteLength).toBe(size);
  });

  it.each([0, 1, size - 1])('that is cut after %i bytes rejects while it is read', async (cutBodyAt) => {
    oss.server.script = (_, phase) => (phase === 'after' ? { cutBodyAt } : undefined);
    const { body } = await store.read('big');
    await expect(collect(body, size)).rejects.toMatchObject({ code: 'Unavailable', operation: 'read' });
  });

  it('that is compressed comes as it is stored', async () => {
    await store.write('page.html', bytesSource(Buffer.from('<html/>')), { headers: { contentType: 'text/html' } });
    let accepted: unknown = 'never asked';
    oss.server.script = ({ headers }) => {
      accepted = headers['accept-encoding'];
      return undefined;
    };
    expect(Buffer.from(await collect((await store.read('page.html')).body, 100)).toString()).toBe('<html/>');
    expect(accepted).toBeUndefined(); // With "gzip" OSS compresses text on the way.
  });
});

describe('a range', () => {
  it.each([
    [size - 1, 2],
    [size, 1],
    [size + 1, 1],
  ])('from %i of %i bytes reaches beyond the end and is refused', async (offset, length) => {
    const refused = store.read('big', { range: { offset, length } });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('that leaves the object is not answered with all of it', async () => {
    let asked: unknown;
    oss.server.script = ({ headers }) => {
      asked = headers['x-oss-range-behavior'];
      return undefined;
    };
    await expect(store.read('big', { range: { offset: size, length: 1 } })).rejects.toThrow('InvalidRange (416)');
    expect(asked).toBe('standard');
  });

  it.each([
    [size - 1, 2, 'InvalidArgument'],
    [0, 10, 'Unknown'],
  ])('from %i of %i bytes is not taken from a store that ignores ranges', async (offset, length, code) => {
    oss.server.script = ({ headers }, phase) => {
      delete headers['range'];
      return phase === 'after' ? { answerHeaders: {} } : undefined;
    };
    await expect(store.read('big', { range: { offset, length } })).rejects.toMatchObject({ code });
  });

  it('carries the digests of the whole object, and is held against none of them', async () => {
    const { stat, body } = await store.read('big', { range: { offset: 5, length: 10 } });
    expect(Buffer.compare(await collect(body, 10), bytes.subarray(5, 15))).toBe(0);
    expect(stat.checksums).toEqual(await digestBytes(bytes, ['crc64xz', 'md5']));
  });

  it('of another revision is refused', async () => {
    const refused = store.read('big', { range: { offset: 0, length: 1 }, ifMatch: 'another' as Revision });
    await expect(refused).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });
});

describe('answers that promise nothing', () => {
  it.each([
    ['an ETag', { ETag: '' }],
    ['a length', { 'Content-Length': '' }],
  ])('without %s are not taken for an object', async (_, headers) => {
    answering(headers);
    await expect(store.stat('big')).rejects.toMatchObject({ code: 'Unknown' });
  });

  it('a time that is none is not told', async () => {
    answering({ 'Last-Modified': 'yesterday' });
    expect((await store.stat('big')).modifiedAt).toBeUndefined();
  });
});

describe('objects of others', () => {
  it('are read with what the plain client gave them', async () => {
    const { accessKeyId, accessKeySecret } = { accessKeyId: owner.id, accessKeySecret: owner.secret };
    const place = { endpoint: oss.server.endpoint, region: 'oss-cn-hangzhou', bucket: 'state' };
    const plain = new OSS({ accessKeyId, accessKeySecret, ...place });
    const meta = { Made: 'by hand', uid: 0, pid: 0 };
    await plain.put('dir/by hand.json', Buffer.from('{}'), { meta, headers: { 'Cache-Control': 'no-store' } });
    expect(await store.stat('dir/by hand.json')).toMatchObject({
      size: 2,
      headers: { contentType: 'application/json', cacheControl: 'no-store' },
      metadata: { made: 'by hand', uid: '0', pid: '0' },
    });
  });

  it('are read with metadata that is UTF-8 on the wire', async () => {
    answering({ 'x-oss-meta-who': Buffer.from('caf\u00e9').toString('latin1'), 'x-oss-meta-old': '\u00e9' });
    expect((await store.stat('big')).metadata).toEqual({ who: 'caf\u00e9', old: '\u00e9' });
  });
});

import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../lib/local-cloud/s3/faults.ts';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { patternBytes, textOf } from '../../support/sources.ts';
import { compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { startScriptedServer } from './scripted-server.ts';

const size = 3_000_000;
const bytes = patternBytes(size);
let cloud: LocalCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('state');
  await cloud.createBucket('kms-state', { kms: true });
  for (const Bucket of ['state', 'kms-state']) {
    await cloud.admin.send(new PutObjectCommand({ Bucket, Key: 'big', Body: bytes, ChecksumAlgorithm: 'CRC64NVME' }));
  }
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.s3.faults = () => undefined;
  store = cloud.store({ url: 's3://state' });
});

/** What goes wrong with every GET of an object. */
function onGet(fault: Fault): void {
  cloud.s3.faults = (operation, _bucket, _key, phase) =>
    operation === 'GetObject' && phase === 'after-commit' ? fault : undefined;
}

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('what a stat vouches for', () => {
  it('is MD5 and CRC-64/NVME at Amazon S3', async () => {
    expect((await store.stat('big')).checksums).toEqual(await digestBytes(bytes, ['md5', 'crc64nvme']));
  });

  it('is MD5 alone at a compatible store', async () => {
    const compatible = cloud.store({ url: 's3://state' }, compatibleAt(cloud.endpoint, cloud.owner));
    expect((await compatible.stat('big')).checksums).toEqual(await digestBytes(bytes, ['md5']));
  });

  it('is no MD5 under a KMS key, whose ETag only looks like one', async () => {
    const kms = cloud.store({ url: 's3://kms-state' });
    const stat = await kms.stat('big');
    expect(stat.revision).toMatch(/^[0-9a-f]{32}$/);
    expect(stat.checksums).toEqual(await digestBytes(bytes, ['crc64nvme']));
    expect(await kms.write('small', textSource('x'))).toMatchObject({
      checksums: await digestBytes(Buffer.from('x'), ['crc64nvme']),
    });
    const compatible = cloud.store({ url: 's3://kms-state' }, compatibleAt(cloud.endpoint, cloud.owner));
    expect((await compatible.stat('big')).checksums).toEqual({});
    expect((await compatible.write('small', textSource('x'))).checksums).toEqual({});
  });

  it('is nothing that the definition denies', async () => {
    const doubted = cloud.store({ url: 's3://state', capabilities: { statChecksums: [] } });
    expect((await doubted.stat('big')).checksums).toEqual({});
    expect((await doubted.listPage('big')).entries[0]).not.toHaveProperty('contentTag');
  });
});

describe('a body that is not what was promised', () => {
  it.each([0, 1, size / 2, size - 1])('ends with Unavailable when the connection is cut after %i bytes', async (at) => {
    onGet({ truncateBodyAt: at });
    const { body } = await store.read('big');
    await expect(collect(body, size)).rejects.toMatchObject({
      code: 'Unavailable',
      operation: 'read',
      target: 's3://state/big',
    });
  });

  it.each([0, size - 1])('ends with ChecksumMismatch when the byte at %i is another', async (at) => {
    onGet({ flipByteAt: at });
    const { body } = await store.read('big');
    await expect(collect(body, size)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('is found out under a KMS key too', async () => {
    onGet({ flipByteAt: 7 });
    const { body } = await cloud.store({ url: 's3://kms-state' }).read('big');
    await expect(collect(body, size)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('ends with Unavailable when a range is cut', async () => {
    onGet({ truncateBodyAt: 10 });
    const { body } = await store.read('big', { range: { offset: 100, length: 100_000 } });
    await expect(collect(body, size)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('ranges', () => {
  it('come as asked, with the stat of the whole object', async () => {
    const { stat, body } = await store.read('big', { range: { offset: 1000, length: 2000 } });
    expect(stat).toMatchObject({ size, checksums: await digestBytes(bytes, ['md5']) });
    expect(Buffer.compare(await collect(body, 2000), bytes.subarray(1000, 3000))).toBe(0);
  });

  it.each([
    [size - 1, 2],
    [size, 1],
    [size + 1, 1],
  ])('from %i of %i bytes reach beyond the end and are refused', async (offset, length) => {
    const refused = store.read('big', { range: { offset, length } });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('of another revision are refused', async () => {
    const ifMatch = 'another' as Revision;
    const refused = store.read('big', { range: { offset: 0, length: 1 }, ifMatch });
    await expect(refused).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });
});

describe('connections', () => {
  it('are used again after a body was read to its end', async () => {
    const own = cloud.store({ url: 's3://state', region: 'us-east-1' });
    const before = cloud.s3.openConnections;
    for (let i = 0; i < 5; i += 1) {
      await collect((await own.read('big')).body, size);
      await own.find('absent');
    }
    expect(cloud.s3.openConnections).toBe(before + 1);
  });

  it.each([
    ['cancelled unread', async (own: Store) => (await own.read('big')).body.cancel()],
    [
      'cancelled twice',
      async (own: Store) => {
        const { body } = await own.read('big');
        await body.cancel();
        await body.cancel();
      },
    ],
    [
      'left in the middle',
      async (own: Store) => {
        for await (const _ of (await own.read('big')).body) {
          break;
        }
      },
    ],
    [
      'cancelled in the middle',
      async (own: Store) => {
        const { body } = await own.read('big');
        const reading = collect(body, size).catch(() => {});
        await body.cancel();
        await reading;
      },
    ],
    [
      'given up by a signal',
      async (own: Store) => {
        const giveUp = new AbortController();
        const { body } = await own.read('big', { signal: giveUp.signal });
        giveUp.abort();
        await expect(collect(body, size)).rejects.toMatchObject({ code: 'Aborted' });
      },
    ],
    [
      'refused for its range',
      async (own: Store) => {
        const refused = own.read('big', { range: { offset: 1, length: size } });
        await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
      },
    ],
  ])('are closed when a body is %s', async (_, work) => {
    const own = cloud.store({ url: 's3://state', region: 'us-east-1' });
    const before = cloud.s3.openConnections;
    for (let i = 0; i < 3; i += 1) {
      await work(own);
    }
    await eventually(() => cloud.s3.openConnections === before);
  });

  it('are closed when the store is closed', async () => {
    const own = cloud.store({ url: 's3://state', region: 'us-east-1' });
    const before = cloud.s3.openConnections;
    await Promise.all(['a', 'b', 'c'].map((key) => own.find(key)));
    expect(cloud.s3.openConnections).toBeGreaterThan(before);
    await own.close();
    await eventually(() => cloud.s3.openConnections === before);
  });
});

describe('an answer without the length of the content', () => {
  it('is not taken for an empty object', async () => {
    const server = await startScriptedServer(() => ({ headers: { etag: '"e"', 'transfer-encoding': 'chunked' } }));
    const scripted = cloud.store({ url: 's3://state' }, compatibleAt(server.endpoint, cloud.owner));
    await expect(scripted.stat('k')).rejects.toMatchObject({ code: 'Unknown' });
    await expect(scripted.read('k')).rejects.toMatchObject({ code: 'Unknown' });
    await server.close();
  });
});

describe('a read that is given up', () => {
  it('rejects with Aborted while the store keeps it waiting', async () => {
    const giveUp = new AbortController();
    let answer = (_: undefined) => {};
    cloud.s3.faults = () =>
      new Promise((resolve) => {
        answer = resolve;
        giveUp.abort();
      });
    await expect(store.read('big', { signal: giveUp.signal })).rejects.toMatchObject({ code: 'Aborted' });
    answer(undefined);
  });
});

describe('what travels with an object', () => {
  it('is read as it was written, by a plain client too', async () => {
    const headers = {
      contentType: 'application/x-yaml',
      contentEncoding: 'gzip',
      contentDisposition: 'attachment',
      contentLanguage: 'de',
      cacheControl: 'no-cache',
    };
    await store.write('dressed', bytesSource(Buffer.from('x')), { headers, metadata: { origin: 'a b' } });
    expect(await store.stat('dressed')).toMatchObject({ headers, metadata: { origin: 'a b' } });
    const { stat, body } = await store.read('dressed');
    expect(stat).toMatchObject({ headers, metadata: { origin: 'a b' } });
    expect(await textOf(body)).toBe('x');
  });

  it.each([
    ['aws-chunked,gzip', { contentEncoding: 'gzip' }],
    ['aws-chunked', {}],
  ])('leaves out of "%s" how the bytes travelled, which some stores keep', async (encoding, headers) => {
    const server = await startScriptedServer(() => ({
      headers: { etag: '"e"', 'content-length': '1', 'content-encoding': encoding },
    }));
    const scripted = cloud.store({ url: 's3://state' }, compatibleAt(server.endpoint, cloud.owner));
    expect((await scripted.stat('k')).headers).toEqual(headers);
    await server.close();
  });

  it('is encoded where HTTP would change it, and read back', async () => {
    const metadata = { origin: 'Zürich', word: '=?utf-8?b?eA==?=', blanks: ' a  b ', none: '' };
    await store.write('encoded', textSource('x'), { metadata });
    expect((await store.stat('encoded')).metadata).toEqual(metadata);
  });

  it('is refused in a header that HTTP would change', async () => {
    const refused = store.write('k', textSource('x'), { headers: { contentDisposition: 'Zürich' } });
    await expect(refused).rejects.toMatchObject({
      code: 'InvalidArgument',
      reason: expect.stringContaining('"contentDisposition"'),
    });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { type OssPlaces, ownersEnvironment, startOss } from './bucket-at.ts';

const key = 'dir/a b+c%2F\u65e5.txt';
let oss: OssPlaces;
let source: Store;
let destination: Store;
let revision: Revision;

beforeAll(async () => {
  oss = await startOss();
  for (const name of ['source', 'destination', 'versioned']) {
    oss.server.createBucket(name, name === 'versioned' ? { versioning: 'Enabled' } : {});
  }
  oss.server.createBucket('abroad', { region: 'eu-central-1' });
  source = oss.store({ url: 'oss://source' });
  destination = oss.store({ url: 'oss://destination' });
});

beforeEach(async () => {
  ({ revision } = await source.write(key, textSource('copied'), { metadata: { was: 'before' } }));
  oss.server.requests.reset();
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

describe('a copy', () => {
  it('goes from bucket to bucket in one request, whatever the key, and tells the CRC-64', async () => {
    const written = await destination.copyFrom(source, key, key, { sourceIfMatch: revision, metadata: { is: 'now' } });
    expect(written?.checksums).toEqual(await digestBytes(Buffer.from('copied'), ['crc64xz']));
    expect(oss.server.requests.snapshot()).toEqual({ CopyObject: 1 });
    expect(await destination.stat(key)).toMatchObject({ metadata: { is: 'now' }, revision: written?.revision });
  });

  it('names the version that it made', async () => {
    const own = oss.store({ url: 'oss://versioned' });
    const written = await own.copyFrom(source, key, 'k', { sourceIfMatch: revision });
    expect((await own.stat('k')).versionId).toBe(written?.versionId);
  });

  it.each([
    ['another region', () => oss.store({ url: 'oss://abroad', region: 'eu-central-1' })],
    [
      'another identity',
      () => oss.store({ url: 'oss://destination' }, { ...ownersEnvironment, ALIYUN_ACCESS_KEY_ID: 'x' }),
    ],
    ['another endpoint', () => oss.store({ url: 'oss://destination', endpoint: 'http://127.0.0.1:1' })],
  ])('to %s is left to the caller, and nothing is sent', async (_, open) => {
    expect(await open().copyFrom(source, key, key, { sourceIfMatch: revision })).toBeUndefined();
    expect(oss.server.requests.total).toBe(0);
  });

  it('under a condition is left to the caller, and nothing is sent', async () => {
    const call = { sourceIfMatch: revision, precondition: { kind: 'if-absent' } } as const;
    expect(await destination.copyFrom(source, key, 'k', call)).toBeUndefined();
    expect(oss.server.requests.total).toBe(0);
  });

  it.each([
    [403, 'AccessDenied'],
    [400, 'NotImplemented'],
    [400, 'EntityTooLarge'],
  ])('that OSS refuses is left to the caller (%i %s)', async (status, code) => {
    oss.server.script = () => ({ status, code });
    expect(await destination.copyFrom(source, key, 'k', { sourceIfMatch: revision })).toBeUndefined();
  });

  it('that fails has failed', async () => {
    oss.server.script = () => ({ status: 500, code: 'InternalError' });
    await expect(destination.copyFrom(source, key, 'k', { sourceIfMatch: revision })).rejects.toMatchObject({
      code: 'Unavailable',
    });
  });
});

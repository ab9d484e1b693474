import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import type { Part } from '../../../lib/vfs/multipart.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { ObjectKey, Precondition, Revision } from '../../../lib/vfs/types.ts';
import { createManualClock } from '../../support/clock.ts';
import { chunkedSource, patternBytes } from '../../support/sources.ts';
import { amazonAt, compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { errorAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const signal = new AbortController().signal;
const none: Precondition = { kind: 'none' };
const bytes = patternBytes(20_000);
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('state');
  await cloud.createBucket('kms-state', { kms: true });
});

afterAll(() => cloud.close());

/** Uploads the bytes in two parts, the second of which is a stream. */
async function upload(store: Store, key: string) {
  const begun = await store.uploads.begin(key, { signal, headers: {}, metadata: {} });
  const parts = [
    await store.uploads.putPart(begun, 1, bytesSource(bytes.subarray(0, 15_000)), signal),
    await store.uploads.putPart(
      begun,
      2,
      chunkedSource([bytes.subarray(15_000, 18_000), bytes.subarray(18_000)]),
      signal,
    ),
  ];
  return { begun, parts };
}

describe('an object in parts at Amazon S3', () => {
  it.each(['state', 'kms-state'])('carries a digest of all its bytes in %s, which is verified', async (bucket) => {
    const store = cloud.store({ url: `s3://${bucket}` });
    const { begun, parts } = await upload(store, 'k');
    const { crc64nvme = '' } = await digestBytes(bytes, ['crc64nvme']);
    const wrong = store.uploads.complete(begun, parts, {
      precondition: none,
      checksums: { crc64nvme: '00'.repeat(8) },
      signal,
    });
    await expect(wrong).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: false });
    const written = await store.uploads.complete(begun, parts, {
      precondition: none,
      checksums: { crc64nvme },
      signal,
    });
    expect(written.checksums).toEqual({ crc64nvme });
    expect((await store.stat('k')).checksums).toEqual({ crc64nvme });
  });

  it('has parts whose digests are answered, also under a KMS key', async () => {
    const [, second] = (await upload(cloud.store({ url: 's3://state' }), 'k')).parts;
    expect(second?.checksums).toEqual(await digestBytes(bytes.subarray(15_000), ['md5', 'crc64nvme']));
    const [, underKey] = (await upload(cloud.store({ url: 's3://kms-state' }), 'k')).parts;
    expect(underKey?.checksums).toEqual(await digestBytes(bytes.subarray(15_000), ['crc64nvme']));
  });

  it('is refused when the parts are not all of it', async () => {
    const store = cloud.store({ url: 's3://state' });
    const { begun, parts } = await upload(store, 'short');
    const lying = parts.map((part) => ({ ...part, size: part.size + 1 }));
    await expect(
      store.uploads.complete(begun, lying, { precondition: none, checksums: {}, signal }),
    ).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  it('is told of as gone when it is completed twice, so that the caller looks', async () => {
    const store = cloud.store({ url: 's3://state' });
    const { begun, parts } = await upload(store, 'twice');
    await store.uploads.complete(begun, parts, { precondition: none, checksums: {}, signal });
    const ifMatch: Precondition = { kind: 'if-match', revision: 'r' as Revision };
    for (const precondition of [none, ifMatch]) {
      const again = store.uploads.complete(begun, parts, { precondition, checksums: {}, signal });
      await expect(again).rejects.toMatchObject({ code: 'NotFound', reason: expect.stringContaining('NoSuchUpload') });
    }
  });
});

describe('what is said of parts', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  const begun = { key: 'k' as ObjectKey, id: 'u' };
  const part: Part = { number: 1, size: 3, tag: 'tag', checksums: {} };

  async function scripted(answer: Parameters<typeof startScriptedServer>[0], kind = compatibleAt): Promise<Store> {
    server = await startScriptedServer(answer);
    const definition = { url: 's3://state', region: 'us-east-1' };
    return new Store(
      openDriver(definition, { environment: kind(server.endpoint, cloud.owner), clock: createManualClock() }),
    );
  }

  it('an answer without an ETag, as of Ceph, is made up for by a look', async () => {
    const store = await scripted(({ method }) =>
      method === 'HEAD'
        ? { headers: { etag: '"looked-at-1"', 'content-length': '3' } }
        : { body: '<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>' },
    );
    const written = await store.uploads.complete(begun, [part], { precondition: none, checksums: {}, signal });
    expect(written.revision).toBe('looked-at-1');
  });

  it.each([
    ['if-absent', { kind: 'if-absent' } as const, 'AlreadyExists'],
    ['if-match', { kind: 'if-match', revision: 'r' as Revision } as const, 'PreconditionFailed'],
  ])('a 409 refuses "%s": the upload must be begun anew', async (_, precondition, code) => {
    const store = await scripted(() => errorAnswer(409, 'ConditionalRequestConflict'));
    const refused = store.uploads.complete(begun, [part], { precondition, checksums: {}, signal });
    await expect(refused).rejects.toMatchObject({ code });
  });

  it('an error inside a 200, after S3 kept the connection alive, is an error', async () => {
    const { body = '' } = errorAnswer(200, 'InternalError');
    const store = await scripted(() => ({ body }));
    const failed = store.uploads.complete(begun, [part], { precondition: none, checksums: {}, signal });
    await expect(failed).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
  });

  it('a list goes over all pages', async () => {
    const page = (number: number, next?: number) =>
      `<ListPartsResult><Part><PartNumber>${number}</PartNumber><Size>${number}</Size><ETag>"t${number}"</ETag></Part>` +
      `<IsTruncated>${next !== undefined}</IsTruncated>${next ? `<NextPartNumberMarker>${next}</NextPartNumberMarker>` : ''}</ListPartsResult>`;
    const store = await scripted(({ url }) => ({ body: url.includes('part-number-marker=2') ? page(7) : page(2, 2) }));
    expect(await store.uploads.listParts(begun, signal)).toEqual([
      { number: 2, size: 2, tag: 't2', checksums: {} },
      { number: 7, size: 7, tag: 't7', checksums: {} },
    ]);
  });

  it.each([
    ['Amazon S3', amazonAt, 'CRC64NVME'],
    ['a compatible store', compatibleAt, undefined],
  ])('%s is asked for a digest of the whole: %#', async (_, kind, algorithm) => {
    const body = '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>';
    const store = await scripted(({ method }) => (method === 'POST' ? { body } : {}), kind);
    await store.uploads.begin('k', { signal, headers: { contentType: 'text/x' }, metadata: { a: 'b' } });
    expect(server.only('POST').headers).toMatchObject({ 'content-type': 'text/x', 'x-amz-meta-a': 'b' });
    expect(server.only('POST').headers['x-amz-checksum-algorithm']).toBe(algorithm);
  });
});

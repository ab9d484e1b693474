import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../lib/local-cloud/s3/faults.ts';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { VfsError } from '../../../lib/vfs/errors.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { BodySource, Precondition, Revision } from '../../../lib/vfs/types.ts';
import { createManualClock } from '../../support/clock.ts';
import { chunkedSource, failingSource, patternBytes, stallingSource, watchedSource } from '../../support/sources.ts';
import { amazonAt, compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { errorAnswer, startScriptedServer } from './scripted-server.ts';

const bytes = patternBytes(300_000);
const chunks = [0, 1, 2].map((i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
const ifAbsent: Precondition = { kind: 'if-absent' };
let cloud: LocalCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('state');
  store = cloud.store({ url: 's3://state', region: 'us-east-1' });
  await store.find('warm-up');
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.s3.faults = () => undefined;
});

/** What is stored, as a plain client sees it. */
async function stored(Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await cloud.admin.send(new GetObjectCommand({ Bucket: 'state', Key }));
    return await Body?.transformToByteArray();
  } catch {
    return undefined;
  }
}

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function onPut(fault: Fault, when: 'before' | 'after-commit'): void {
  cloud.s3.faults = (operation, _bucket, _key, phase) =>
    operation === 'PutObject' && phase === when ? fault : undefined;
}

describe('a source', () => {
  it.each([
    ['in memory', () => bytesSource(bytes)],
    ['of chunks', () => chunkedSource(chunks)],
    ['of nothing, in memory', () => bytesSource(new Uint8Array())],
    ['of nothing', () => chunkedSource([])],
  ])('%s is stored as it is, and its digests are answered', async (name, source) => {
    const written = await store.write(name, source());
    const kept = (await stored(name)) ?? new Uint8Array();
    expect(kept.byteLength).toBe(source().size);
    expect(written.checksums).toEqual(await digestBytes(kept, ['md5', 'crc64nvme']));
    expect(written.revision).toBe((await store.stat(name)).revision);
  });

  it.each([
    ['with another sha256', () => chunkedSource(chunks, { checksums: { sha256: '00'.repeat(32) } })],
    ['with another md5', () => chunkedSource(chunks, { checksums: { md5: '00'.repeat(16) } })],
    ['with another crc64nvme', () => chunkedSource(chunks, { checksums: { crc64nvme: '00'.repeat(8) } })],
    ['with another crc32c', () => chunkedSource(chunks, { checksums: { crc32c: '00'.repeat(4) } })],
    ['in memory with another md5', () => bytesSource(bytes, { md5: '00'.repeat(16) })],
    ['in memory with another crc32c', () => bytesSource(bytes, { crc32c: '00'.repeat(4) })],
    ['in memory of another size', () => ({ ...bytesSource(bytes), size: 1 })],
    ['that ends early', () => chunkedSource(chunks, { size: 300_001 })],
    ['of one chunk that ends early', () => chunkedSource([bytes], { size: 300_001 })],
    ['that goes on too long', () => chunkedSource(chunks, { size: 299_999 })],
    ['that was to be empty', () => chunkedSource(chunks, { size: 0 })],
  ])('%s stores nothing', async (name, source) => {
    await expect(store.write(name, source())).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: false });
    expect(await stored(name)).toBeUndefined();
    const compatible = cloud.store({ url: 's3://state' }, compatibleAt(cloud.endpoint, cloud.owner));
    await expect(compatible.write(name, source())).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(await stored(name)).toBeUndefined();
  });

  it('that fails stores nothing, hands its own error on, and counts as not carried out', async () => {
    const error = new VfsError({ code: 'Unavailable', operation: 'read', target: 's3://other/k', reason: 'cut' });
    const write = store.write('failing', failingSource(bytes, error), { precondition: ifAbsent });
    await expect(write).rejects.toMatchObject({ message: error.message, code: 'Unavailable', maybeApplied: false });
    expect(await stored('failing')).toBeUndefined();
  });

  it('that cannot be opened counts as not carried out', async () => {
    const error = new VfsError({ code: 'Unavailable', operation: 'read', target: 's3://other/k', reason: 'cut' });
    const source: BodySource = { size: 1, checksums: {}, open: () => Promise.reject(error) };
    await expect(store.write('unopened', source)).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });

  it('that stalls is given up by the signal, and stores nothing', async () => {
    const giveUp = new AbortController();
    const source = stallingSource(bytes, () => giveUp.abort());
    await expect(store.write('stalling', source, { signal: giveUp.signal })).rejects.toMatchObject({ code: 'Aborted' });
    expect(await stored('stalling')).toBeUndefined();
  });

  it.each([
    ['is stored', undefined],
    ['is refused', { status: 503, code: 'SlowDown' }],
    ['gets no answer', 'drop-connection' as const],
  ])('is released when it %s', async (_, fault) => {
    const watched = watchedSource(chunkedSource(chunks));
    cloud.s3.faults = () => fault;
    await store.write('watched', watched.source).catch(() => {});
    expect(watched).toMatchObject({ opened: 1, cancelled: 1 });
  });
});

describe('a request that went wrong', () => {
  it('says that it may have been carried out when the answer was lost', async () => {
    onPut('drop-connection', 'after-commit');
    const lost = { code: 'Unavailable', maybeApplied: true, operation: 'write', target: 's3://state/lost' };
    await expect(store.write('lost', textSource('x'), { precondition: ifAbsent })).rejects.toMatchObject(lost);
    expect(Buffer.from((await stored('lost')) ?? [])).toEqual(Buffer.from('x'));
  });

  it.each([
    [{ status: 503, code: 'SlowDown' }, 'RateLimited', false],
    [{ status: 500, code: 'InternalError' }, 'Unavailable', true],
    [{ status: 403, code: 'AccessDenied' }, 'PermissionDenied', false],
    [{ status: 409, code: 'ConditionalRequestConflict' }, 'AlreadyExists', false],
    [{ status: 400, code: 'ExpiredToken' }, 'Unauthenticated', false],
  ])('is told by its code: %j is %s', async (fault, code, maybeApplied) => {
    onPut(fault, 'before');
    const refused = store.write('coded', textSource('x'), { precondition: ifAbsent });
    await expect(refused).rejects.toMatchObject({ code, maybeApplied });
  });

  it('leaves no connection behind, whichever way it went', async () => {
    const before = cloud.s3.openConnections;
    const own = cloud.store({ url: 's3://state', region: 'us-east-1' });
    await own.write('taken', textSource('x'));
    const large = () => chunkedSource(Array.from({ length: 40 }, () => bytes));
    await expect(own.write('taken', large(), { precondition: ifAbsent })).rejects.toMatchObject({
      code: 'AlreadyExists',
    });
    onPut('drop-connection', 'before');
    await expect(own.write('dropped', large())).rejects.toMatchObject({ code: 'Unavailable' });
    await own.write('failing', failingSource(bytes, new Error('broken'))).catch(() => {});
    await eventually(() => cloud.s3.openConnections <= before + 1);
    await own.close();
    await eventually(() => cloud.s3.openConnections === before);
  });

  it('gives up its connection when the answer comes before the whole body', async () => {
    const before = cloud.s3.openConnections;
    const own = cloud.store({ url: 's3://state', region: 'us-east-1' });
    onPut({ status: 503, code: 'SlowDown' }, 'before');
    const stalling = stallingSource(bytes, () => {});
    const source: BodySource = {
      size: 600_001,
      checksums: {},
      open: async (signal) => ({
        async *[Symbol.asyncIterator]() {
          yield bytes; // It leaves once there is a second chunk.
          yield* await stalling.open(signal);
        },
        cancel: async () => {},
      }),
    };
    await expect(own.write('early', source)).rejects.toMatchObject({ code: 'RateLimited' });
    await eventually(() => cloud.s3.openConnections === before);
  });

  it('is Unavailable and surely not carried out where nothing listens', async () => {
    const environment = compatibleAt('http://127.0.0.1:1', cloud.owner);
    const nobody = new Store(openDriver({ url: 's3://state' }, { environment, clock: createManualClock() }));
    await expect(nobody.write('k', textSource('x'))).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: false,
    });
  });

  it('with wrong keys is Unauthenticated, and holds none of them', async () => {
    const environment = { ...amazonAt(cloud.endpoint, cloud.owner), AWS_SECRET_ACCESS_KEY: 'hidden-value' };
    const wrong = cloud.store({ url: 's3://state', region: 'us-east-1' }, environment);
    const error = await wrong.write('k', textSource('x')).catch((reason: VfsError) => reason);
    expect(error).toMatchObject({ code: 'Unauthenticated' });
    expect(JSON.stringify(error) + String((error as VfsError).stack)).not.toMatch(/hidden-value|AKIA/);
  });

  it('for lack of credentials names the store and the sources', async () => {
    const environment = { ...amazonAt(cloud.endpoint, cloud.owner), AWS_SECRET_ACCESS_KEY: '', HOME: '/nonexistent' };
    const none = cloud.store(
      { url: 's3://state', region: 'us-east-1' },
      { ...environment, AWS_EC2_METADATA_DISABLED: 'true' },
    );
    await expect(none.write('k', textSource('x'))).rejects.toMatchObject({
      code: 'Unauthenticated',
      operation: 'write',
      target: 's3://state/k',
      maybeApplied: false,
      reason: expect.stringMatching(/^no credentials: AWS_ACCESS_KEY_ID is set, .*instance metadata is turned off/),
    });
  });
});

describe('conditions', () => {
  const revision = 'another' as Revision;

  it.each([
    [
      'a write over another revision',
      () => store.write('cond', textSource('y'), { precondition: { kind: 'if-match', revision } }),
    ],
    [
      'a write over nothing',
      () => store.write('absent', textSource('y'), { precondition: { kind: 'if-match', revision } }),
    ],
    ['a delete of another revision', () => store.delete('cond', { precondition: { kind: 'if-match', revision } })],
    ['a delete of nothing', () => store.delete('absent', { precondition: { kind: 'if-match', revision } })],
  ])('%s is PreconditionFailed', async (_, call) => {
    await store.write('cond', textSource('x'));
    await expect(call()).rejects.toMatchObject({ code: 'PreconditionFailed', attempted: false });
    expect(Buffer.from((await stored('cond')) ?? [])).toEqual(Buffer.from('x'));
  });

  it('a delete of nothing without a condition succeeds, also where the store says 404', async () => {
    await store.delete('absent');
    const server = await startScriptedServer(() => errorAnswer(404, 'NoSuchKey'));
    const scripted = cloud.store({ url: 's3://state' }, compatibleAt(server.endpoint, cloud.owner));
    await scripted.delete('absent');
    await server.close();
  });
});

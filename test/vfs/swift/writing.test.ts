import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { type Fault, faults } from '../../loopback/swift/script.ts';
import { eventually } from '../../support/eventually.ts';
import { chunkedSource, failingSource, patternBytes, stallingSource, watchedSource } from '../../support/sources.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

const bytes = patternBytes(300_000);
const chunks = [0, 1, 2].map((i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
let cloud: SwiftCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startSwiftCloud();
  store = await cloud.store();
});

afterAll(() => cloud.close());

afterEach(() => {
  cloud.swift.script = undefined;
});

function onPut(fault: Fault): void {
  cloud.swift.script = faults(fault, ({ operation, name }) => operation === 'PUT object' && name !== 'new');
}

describe('a write', () => {
  it('is a stream of exact length', async () => {
    await store.write('k', chunkedSource(chunks));
    expect(cloud.swift.lastHeaders).toMatchObject({ 'content-length': '300000' });
    for (const name of ['transfer-encoding', 'expect', 'etag', 'if-none-match']) {
      expect(cloud.swift.lastHeaders).not.toHaveProperty(name);
    }
  });

  it('states the MD5 that the source vouches for', async () => {
    const { md5: digest = '' } = await digestBytes(bytes, ['md5']);
    for (const source of [bytesSource(bytes, { md5: digest }), chunkedSource(chunks, { checksums: { md5: digest } })]) {
      await store.write('k', source);
      expect(cloud.swift.lastHeaders).toMatchObject({ etag: digest });
    }
  });

  it('of a wrong digest never reaches Swift whole, whatever the digest is', async () => {
    const wrong = { sha256: '0'.repeat(64) };
    await expect(store.write('new', chunkedSource(chunks, { checksums: wrong }))).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      maybeApplied: false,
    });
    expect(cloud.account.find('state', 'new')).toBeUndefined();
  });

  it('that Swift turns away for something newer is sent again', async () => {
    onPut({ kind: 'status', status: 202 });
    await expect(store.write('k', textSource('older'))).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    onPut({ kind: 'status', status: 202 });
    const options = { attempts: 2, baseMs: 0, maxMs: 0, random: () => 0, clock: systemClock };
    await new Store(compose(store.driver, retry(options))).write('k', textSource('again'));
    expect((await store.stat('k')).size).toBe(5);
  });

  it('of which Swift says that it took other bytes is a ChecksumMismatch, and the object may be there', async () => {
    for (const source of [bytesSource(bytes), chunkedSource(chunks)]) {
      onPut({ kind: 'headers', headers: { etag: md5('other') } });
      await expect(store.write('k', source)).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: true });
    }
  });

  it('that is answered without an ETag is not taken for one', async () => {
    onPut({ kind: 'headers', headers: { etag: '' } });
    await expect(store.write('k', textSource('text'))).rejects.toMatchObject({ code: 'Unknown', maybeApplied: true });
  });

  it('whose source fails says so, in the words of the source, and was not carried out', async () => {
    const failing = failingSource(Buffer.from('half'), new Error('the disk is gone'));
    await expect(store.write('new', failing)).rejects.toMatchObject({ maybeApplied: false });
    await expect(store.write('new', failing)).rejects.toThrow('the disk is gone');
    expect(cloud.account.find('state', 'new')).toBeUndefined();
  });

  it('that is refused before it is whole lets go of its source and of its connection', async () => {
    const taken = await cloud.store();
    await taken.write('taken', textSource('text'));
    const endless = watchedSource(stallingSource(bytes, () => {}, 1_000_000));
    const write = taken.write('taken', endless.source, { precondition: { kind: 'if-absent' } });
    await expect(write).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(endless.cancelled).toBeGreaterThan(0);
    await taken.close();
    await store.close();
    await eventually(() => cloud.swift.openConnections === 0);
  });

  it('that is aborted lets go of its source and of its connection', async () => {
    await store.close();
    const abort = new AbortController();
    const stalling = watchedSource(stallingSource(bytes, () => abort.abort(), 1_000));
    const write = store.write('new', stalling.source, { signal: abort.signal });
    await expect(write).rejects.toMatchObject({ code: 'Aborted' });
    expect(stalling.cancelled).toBeGreaterThan(0);
    await eventually(() => cloud.swift.openConnections === 0);
    expect(cloud.account.find('state', 'new')).toBeUndefined();
  });

  it('of a key or headers that Swift would not keep is refused before anything is sent', async () => {
    await store.listPage('');
    cloud.swift.requests.reset();
    const refused = { code: 'InvalidArgument', operation: 'write' };
    await expect(store.write('a\0b', textSource(''))).rejects.toMatchObject(refused);
    for (const value of ['é', ' a', 'a ', 'a\tb', 'a\nb']) {
      const headers = { contentDisposition: value };
      await expect(store.write('k', textSource(''), { headers })).rejects.toMatchObject(refused);
    }
    expect(cloud.swift.requests.of('PUT object')).toBe(0);
  });
});

describe('a write whose answer is lost', () => {
  const retried = async () =>
    new Store(
      compose(await cloud.open(), retry({ attempts: 3, baseMs: 1, maxMs: 1, random: () => 0, clock: systemClock })),
    );
  const absent = { precondition: { kind: 'if-absent' } } as const;

  it.each([true, false])(
    'may have been carried out (%s), and is sent again where it has no condition',
    async (carriedOut) => {
      onPut({ kind: 'cut', carriedOut });
      await expect(store.write('k', textSource('one'))).rejects.toMatchObject({
        code: 'Unavailable',
        maybeApplied: true,
      });
      onPut({ kind: 'cut', carriedOut });
      await (await retried()).write('k', textSource('two'));
      expect(Buffer.from(cloud.account.find('state', 'k')?.bytes ?? []).toString()).toBe('two');
    },
  );

  it.each([true, false])(
    'and may have been carried out (%s) is not sent again where it has one',
    async (carriedOut) => {
      const again = await retried();
      await again.delete('once');
      cloud.swift.requests.reset();
      onPut({ kind: 'cut', carriedOut });
      await expect(again.write('once', textSource('text'), absent)).rejects.toMatchObject({
        code: 'PreconditionFailed',
        attempted: true,
      });
      expect(cloud.swift.requests.of('PUT object')).toBe(1);
    },
  );

  it('is sent again under its condition when it certainly was not carried out', async () => {
    const again = await retried();
    await again.delete('once');
    onPut({ kind: 'status', status: 429 });
    await again.write('once', textSource('text'), absent);
    expect(cloud.account.find('state', 'once')).toBeDefined();
  });
});

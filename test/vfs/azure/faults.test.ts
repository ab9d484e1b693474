import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { sendBody } from '../../../lib/vfs/azure/send-body.ts';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import {
  chunkedSource,
  failingSource,
  patternBytes,
  stallingSource,
  textOf,
  watchedSource,
} from '../../support/sources.ts';
import { type AzurePlace, startAzurePlace } from './place.ts';

const bytes = patternBytes(2_000_000);
let place: AzurePlace;
let store: Store;
beforeAll(async () => {
  place = await startAzurePlace();
});
beforeEach(async () => {
  await store?.close();
  await place.front.settled(0);
  place.front.forget();
  store = new Store(place.open());
});
afterAll(async () => {
  await store.close();
  await place.close();
});

describe('a body', () => {
  beforeEach(() => store.write('large', bytesSource(bytes)));

  it('that ends early is refused, wherever it was cut', async () => {
    for (const cutBodyAt of [1, 70_000, 1_999_999]) {
      place.front.fault = ({ operation }) => (operation === 'Get Blob' ? { cutBodyAt } : undefined);
      const { body } = await store.read('large');
      await expect(collect(body, 1e9)).rejects.toMatchObject({
        code: 'Unavailable',
        reason: 'the connection broke before the body was whole',
      });
    }
    expect(place.front.counter.of('Get Blob')).toBe(3); // The SDK began none of them again.
  });

  it('with another byte is refused at its end', async () => {
    place.front.fault = () => 'other byte';
    const { body } = await store.read('large');
    await expect(collect(body, 1e9)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('that nobody reads gives its connection up when it is cancelled', async () => {
    const { body } = await store.read('large');
    await body.cancel();
    await body.cancel();
    await place.front.settled(0);
  });

  it('that is read in part gives its connection up when it is left', async () => {
    const { body } = await store.read('large');
    for await (const chunk of body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await place.front.settled(0);
  });

  it('that is read to its end leaves its connection to the next request', async () => {
    for (let i = 0; i < 3; i += 1) {
      expect(await collect((await store.read('large')).body, 1e9)).toHaveLength(bytes.byteLength);
    }
    expect(place.openConnections()).toBe(1);
  });

  it('whose signal fires ends with its connection', async () => {
    const abort = new AbortController();
    const { body } = await store.read('large', { signal: abort.signal });
    const reading = collect(body, 1e9);
    abort.abort();
    await reading.catch((error: unknown) => expect(error).toMatchObject({ code: 'Aborted' }));
    await body.cancel();
    await place.front.settled(0);
  });

  it('of unknown length is none, and gives its connection up', async () => {
    const headers = { etag: '"0x1"', 'transfer-encoding': 'chunked' };
    place.front.fault = () => ({ answer: 200, headers, body: 'x'.repeat(2_000_000) });
    await expect(store.read('large')).rejects.toMatchObject({ code: 'Unknown' });
    await place.front.settled(0);
  });

  it('of a range that was not what was asked for gives its connection up', async () => {
    await expect(store.read('large', { range: { offset: 1_999_999, length: 2 } })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    await store.stat('large');
    await place.front.settled(1);
  });
});

describe('a call whose signal fires', () => {
  it('while the service is silent is Aborted, and ends its connection', async () => {
    const abort = new AbortController();
    place.front.fault = () => {
      setImmediate(() => abort.abort());
      return { waitFor: new Promise(() => {}) };
    };
    await expect(store.stat('k', { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    await place.front.settled(0);
  });

  it('while bytes are sent is Aborted, stores nothing, and ends its connection and its source', async () => {
    const abort = new AbortController();
    const watched = watchedSource(stallingSource(bytes, () => abort.abort()));
    await expect(store.write('k', watched.source, { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    expect(watched.cancelled).toBeGreaterThan(0);
    await place.front.settled(0);
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('a source', () => {
  it('that fails cuts the request off: nothing is stored, its own error is told, and no connection stays', async () => {
    const failure = new Error('the source failed');
    await expect(store.write('k', failingSource(bytes, failure))).rejects.toMatchObject({ maybeApplied: false });
    await place.front.settled(0);
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('that is shorter or longer than it says, or of another digest, stores nothing', async () => {
    const md5 = '0'.repeat(32);
    for (const claims of [
      { size: 10 },
      { size: 3_000_000 },
      { checksums: { md5 } },
      { checksums: { sha256: md5 + md5 } },
    ]) {
      const source = chunkedSource([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)], claims);
      await expect(store.write('k', source)).rejects.toMatchObject({ code: 'ChecksumMismatch', maybeApplied: false });
    }
    await place.front.settled(0);
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('is let go when the service refuses before it was read', async () => {
    await store.write('k', textSource('taken'));
    const watched = watchedSource(chunkedSource([bytes, bytes]));
    const precondition = { kind: 'if-absent' } as const;
    await expect(store.write('k', watched.source, { precondition })).rejects.toMatchObject({ code: 'AlreadyExists' });
    expect(watched.cancelled).toBeGreaterThan(0);
  });

  it('that is a stream cannot be sent a second time, as the SDK does after a challenge', async () => {
    const attempt = { operation: 'write', target: 'k' };
    const sending = sendBody(chunkedSource([bytes]), attempt, new AbortController().signal, async ({ content }) => {
      const open = content as () => unknown;
      open();
      open();
      return { _response: { headers: { get: () => undefined } } };
    });
    await expect(sending).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });

  it('of which the service stored other bytes is ChecksumMismatch, and may have been stored', async () => {
    place.front.fault = ({ operation }) =>
      operation === 'Put Blob'
        ? { answer: 201, headers: { etag: '"0x1"', 'x-ms-content-crc64': Buffer.alloc(8, 1).toString('base64') } }
        : undefined;
    await expect(store.write('k', chunkedSource([Buffer.from('text')]))).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      maybeApplied: true,
      reason: expect.stringMatching(/^the store answered crc64nvme 0101010101010101, and [0-9a-f]{16} was sent$/),
    });
  });

  it('is vouched for by the CRC-64 that Azure answers, its bytes in reverse', async () => {
    // Of "123456789", from the SDK's own calculator.
    const crc64 = Buffer.from('8898790a86148bae', 'hex').toString('base64');
    place.front.fault = () => ({ answer: 201, headers: { etag: '"0x1"', 'x-ms-content-crc64': crc64 } });
    const { checksums } = await store.write('k', chunkedSource([Buffer.from('123456789')]));
    expect(checksums).toEqual({ crc64nvme: 'ae8b14860a799888' });
  });
});

describe('an answer that is lost', () => {
  async function layered(): Promise<Store> {
    const clock = { now: systemClock.now, sleep: async () => {} };
    return openStore(place.definition, { environment: place.environment, clock });
  }

  it('of a conditional write is never sent again, and the caller is told that it may have happened', async () => {
    const all = await layered();
    const { revision } = await all.write('k', textSource('one'));
    place.front.forget();
    place.front.fault = ({ operation }) => (operation === 'Put Blob' ? 'cut after' : undefined);
    const precondition = { kind: 'if-match', revision } as const;
    await expect(all.write('k', textSource('two'), { precondition })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      attempted: true,
    });
    expect(place.requests()).toEqual({ 'Put Blob': 1 });
    expect(await textOf((await all.read('k')).body)).toBe('two');
    await all.close();
  });

  it('of a conditional delete is never sent again either', async () => {
    const all = await layered();
    const { revision } = await all.write('k', textSource('one'));
    place.front.fault = ({ operation }) => (operation === 'Delete Blob' ? 'cut after' : undefined);
    await expect(all.delete('k', { precondition: { kind: 'if-match', revision } })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      attempted: true,
    });
    expect(place.front.counter.of('Delete Blob')).toBe(1);
    await all.close();
  });

  it('of anything else is asked for again', async () => {
    const all = await layered();
    let failures = 2;
    place.front.fault = () => {
      failures -= 1;
      return failures >= 0 ? 'cut after' : undefined;
    };
    await all.write('k', bytesSource(Buffer.from('one')));
    expect(place.requests()).toEqual({ 'Put Blob': 3 });
    await all.close();
  });
});

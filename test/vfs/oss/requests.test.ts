import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, textSource } from '../../../lib/vfs/body.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { createFastClock } from '../../support/clock.ts';
import { chunkedSource } from '../../support/sources.ts';
import type { StorePlace } from '../../support/store-place.ts';
import { startOssPlace } from './place.ts';

let place: StorePlace;
let store: Store;

beforeAll(async () => {
  place = await startOssPlace();
  store = await openStore(place.definition, { environment: place.environment, clock: createFastClock() });
  await store.write('k', textSource('x'));
});

beforeEach(async () => {
  before = place.requests();
});

afterAll(async () => {
  await store.close();
  await place.close();
});

let before: Readonly<Record<string, number>>;

/** The requests since the test began. */
function made(): Readonly<Record<string, number>> {
  const counts = Object.entries(place.requests()).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

describe('one call is one request, with temporary keys, through all layers', () => {
  const { signal } = new AbortController();
  const calls: readonly (readonly [string, () => Promise<unknown>, Readonly<Record<string, number>>])[] = [
    ['write', () => store.write('k', textSource('x')), { PutObject: 1 }],
    ['write of a stream', () => store.write('k', chunkedSource([Buffer.from('x')])), { PutObject: 1 }],
    ['stat', () => store.stat('k'), { HeadObject: 1 }],
    ['find of an absent key', () => store.find('absent'), { HeadObject: 1 }],
    ['read', async () => collect((await store.read('k')).body, 10), { GetObject: 1 }],
    ['list', () => store.listPage(''), { ListObjectsV2: 1 }],
    ['delete', () => store.delete('gone'), { DeleteObject: 1 }],
    [
      'an upload',
      async () => {
        const upload = await store.uploads.begin('u', { signal, headers: {}, metadata: {} });
        const part = await store.uploads.putPart(upload, 1, textSource('x'), signal);
        await store.uploads.complete(upload, [part], { signal, precondition: { kind: 'none' }, checksums: {} });
      },
      { InitiateMultipartUpload: 1, UploadPart: 1, CompleteMultipartUpload: 1 },
    ],
  ];

  it.each(calls)('%s', async (_, call, expected) => {
    await call();
    expect(made()).toEqual(expected);
  });

  it('but a first write with "if-absent", which is two', async () => {
    await store.write('new', textSource('x'), { precondition: { kind: 'if-absent' } });
    expect(made()).toEqual({ GetBucketVersioning: 1, PutObject: 1 });
  });
});

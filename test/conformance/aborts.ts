import { expect } from '@jest/globals';
import { collect } from '../../lib/vfs/body.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { Revision, VersionId } from '../../lib/vfs/types.ts';
import { countedStore } from '../support/memory-stores.ts';
import { chunkedSource, patternBytes, stallingSource } from '../support/sources.ts';
import { expectAll, expectCode, type Place, type Trial } from './trial.ts';

/** What becomes of a call when its signal fires. */
export function abortTests(trial: Trial): void {
  trial.test('a call with a signal that has fired is Aborted, and sends nothing', async (place) => {
    const { store, requests } = countedStore(trial.driver);
    await expectAll(callsWith(store, place, AbortSignal.abort(), trial), 'Aborted');
    expect(requests.lines).toEqual([]);
  });

  trial.test('a write whose signal fires while bytes are sent is Aborted, and stores nothing', async (place) => {
    const abort = new AbortController();
    const source = stallingSource(patternBytes(1000), () => abort.abort());
    await expectCode(place.put('k', source, { signal: abort.signal }), 'Aborted');
    expect(await place.names()).toEqual([]);
  });

  trial.test('a body whose signal fires fails, or is whole', async (place) => {
    await place.put('k', chunkedSource([patternBytes(500_000)]));
    const abort = new AbortController();
    const { body } = await place.store.read(place.key('k'), { signal: abort.signal });
    abort.abort();
    const got = await collect(body, 500_000).catch(() => undefined);
    expect(got?.byteLength ?? 500_000).toBe(500_000);
    await body.cancel();
  });

  if (trial.capabilities.multipart) {
    trial.test('a part whose signal fires while bytes are sent is Aborted', async (place) => {
      const call = { signal: place.signal, headers: {}, metadata: {} };
      const upload = await place.store.uploads.begin(place.key('k'), call);
      const abort = new AbortController();
      const source = stallingSource(patternBytes(1000), () => abort.abort());
      await expectCode(place.store.uploads.putPart(upload, 1, source, abort.signal), 'Aborted');
      await place.store.uploads.abort(upload, place.signal);
    });
  }
}

function callsWith(store: Store, place: Place, signal: AbortSignal, { capabilities }: Trial): Promise<unknown>[] {
  const key = place.key('k');
  const upload = { key: key as never, id: 'any' };
  const multipart = () => [
    store.uploads.begin(key, { signal, headers: {}, metadata: {} }),
    store.uploads.putPart(upload, 1, chunkedSource([]), signal),
    store.uploads.complete(upload, [], { signal, precondition: { kind: 'none' }, checksums: {} }),
    store.uploads.abort(upload, signal),
  ];
  const versions = () => [
    store.versions.list(place.prefix, signal).next(),
    store.versions.read(key, '1' as VersionId, signal),
    store.versions.delete(key, '1' as VersionId, signal),
  ];
  return [
    store.stat(key, { signal }),
    store.find(key, { signal }),
    store.read(key, { signal }),
    store.write(key, chunkedSource([]), { signal }),
    store.delete(key, { signal }),
    store.copyFrom(store, key, key, { signal, sourceIfMatch: '1' as Revision }),
    store.listPage(place.prefix, { signal }),
    store.list(place.prefix, { signal }).next(),
    ...(capabilities.multipart ? multipart() : []),
    ...(capabilities.versions ? versions() : []),
  ];
}

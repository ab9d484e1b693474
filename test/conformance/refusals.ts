import { expect } from '@jest/globals';
import { compose } from '../../lib/vfs/driver.ts';
import { limited } from '../../lib/vfs/layers/limited.ts';
import type { Flag } from '../../lib/vfs/probe-objects.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { Revision, VersionId } from '../../lib/vfs/types.ts';
import { countRequests } from '../support/memory-stores.ts';
import { chunkedSource } from '../support/sources.ts';
import { expectAll, type Trial } from './trial.ts';

const revision = 'any' as Revision;
const ifMatch = { precondition: { kind: 'if-match', revision } } as const;
const ifAbsent = { precondition: { kind: 'if-absent' } } as const;
const signal = new AbortController().signal;
const upload = { key: 'k' as never, id: 'any' };
const complete = { signal, checksums: {} };

/** For each capability, the calls that need it. Each must be refused before any request where a store does not have it. */
const calls: Readonly<Partial<Record<Flag, (store: Store) => readonly Promise<unknown>[]>>> = {
  readRange: (store) => [store.read('k', { range: { offset: 0, length: 1 } })],
  readIfMatch: (store) => [store.read('k', { ifMatch: revision })],
  readUnless: (store) => [store.readUnless('k', revision)],
  writeIfAbsent: (store) => [store.write('k', chunkedSource([]), ifAbsent)],
  writeIfMatch: (store) => [store.write('k', chunkedSource([]), ifMatch)],
  deleteIfMatch: (store) => [store.delete('k', ifMatch)],
  listDelimiter: (store) => [store.listPage('', { delimiter: '/' })],
  listStartAfter: (store) => [store.listPage('', { startAfter: 'a' })],
  multipart: (store) => [
    store.uploads.begin('k', { signal, headers: {}, metadata: {} }),
    store.uploads.putPart(upload, 1, chunkedSource([]), signal),
    store.uploads.complete(upload, [], { ...complete, precondition: { kind: 'none' } }),
    store.uploads.abort(upload, signal),
  ],
  multipartConditional: (store) => [store.uploads.complete(upload, [], { ...complete, ...ifAbsent })],
  multipartList: (store) => [store.uploads.listParts(upload, signal)],
  versions: (store) => [
    store.versions.list('', signal).next(),
    store.versions.read('k', '1' as VersionId, signal),
    store.versions.delete('k', '1' as VersionId, signal),
  ],
};

/** What a store says of calls that it cannot do. Each capability is also switched off in turn, so that no store leaves one untried. */
export function refusalTests(trial: Trial): void {
  for (const [flag, callsOf] of Object.entries(calls)) {
    trial.test(`without ${flag}, calls that need it are Unsupported, and send nothing`, async () => {
      const { layer, requests } = countRequests();
      const store = new Store(compose(trial.driver, layer, limited({ [flag]: false })));
      await expectAll(callsOf(store), 'Unsupported');
      expect(requests.lines).toEqual([]);
    });
  }

  trial.test('without copies, a copy is left to the caller, and sends nothing', async (place) => {
    const { layer, requests } = countRequests();
    const off = ['copy', 'copyConditional', 'multipartCopy'] as const;
    for (const flag of off) {
      const store = new Store(compose(trial.driver, layer, limited({ [flag]: false, multipart: false })));
      const key = place.key('k');
      const copied =
        flag === 'multipartCopy'
          ? store.uploads.copyPart(upload, 1, { driver: trial.driver, key }, copyPart)
          : store.copyFrom(store, key, key, { sourceIfMatch: revision, ...ifAbsent });
      expect(await copied).toBeUndefined();
    }
    expect(requests.lines).toEqual([]);
  });
}

const copyPart = { signal, range: { offset: 0, length: 1 }, sourceIfMatch: revision };

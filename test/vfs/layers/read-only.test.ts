import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { readOnly } from '../../../lib/vfs/layers/read-only.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision, VersionId } from '../../../lib/vfs/types.ts';
import { countRequests } from '../../support/memory-stores.ts';
import { textOf } from '../../support/sources.ts';

const signal = new AbortController().signal;
const refused = { code: 'PermissionDenied', message: expect.stringContaining('opened read-only') };

describe('readOnly', () => {
  it('refuses everything that would change the store, before any request', async () => {
    const { layer, requests } = countRequests();
    const store = new Store(compose(createMemoryDriver({ versions: true }), layer, readOnly));
    const upload = { key: 'k' as never, id: 'any' };
    const none = { kind: 'none' } as const;
    const range = { offset: 0, length: 1 };
    const sourceIfMatch = 'any' as Revision;
    const changes = [
      () => store.write('k', textSource('text')),
      () => store.delete('k'),
      () => store.copyFrom(store, 'k', 'copy', { sourceIfMatch }),
      () => store.uploads.begin('k', { signal, headers: {}, metadata: {} }),
      () => store.uploads.putPart(upload, 1, textSource('text'), signal),
      () => store.uploads.copyPart(upload, 1, { driver: store.driver, key: 'k' }, { signal, range, sourceIfMatch }),
      () => store.uploads.complete(upload, [], { signal, precondition: none, checksums: {} }),
      () => store.uploads.abort(upload, signal),
      () => store.versions.delete('k', '1' as VersionId, signal),
    ];
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject(refused);
    }
    expect(requests.lines).toEqual([]);
  });

  it('lets everything pass that only reads', async () => {
    const driver = createMemoryDriver({ versions: true });
    const whole = new Store(driver);
    const { versionId } = await whole.write('k', textSource('text'));
    const store = new Store(compose(driver, readOnly));
    const upload = await whole.uploads.begin('k', { signal, headers: {}, metadata: {} });
    expect((await store.stat('k')).size).toBe(4);
    expect(await textOf((await store.read('k')).body)).toBe('text');
    expect((await store.listPage('')).entries).toHaveLength(1);
    expect(await store.uploads.listParts(upload, signal)).toEqual([]);
    expect((await store.versions.list('', signal).next()).value).toMatchObject({ versionId });
    await (await store.versions.read('k', versionId as VersionId, signal)).body.cancel();
  });
});

import { describe, expect, it } from '@jest/globals';
import { collectPinned, readPinned } from '../../lib/replication/read-pinned.ts';
import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ObjectBody, Revision } from '../../lib/vfs/types.ts';
import { faultsByRule } from '../support/faults.ts';
import { bodies, limited } from './layers.ts';
import { createPair, signal } from './pair.ts';

const key = 'note.txt';

async function stored(...layers: readonly Layer[]) {
  const pair = createPair();
  await pair.put(key, 'one');
  return { store: new Store(compose(pair.source.driver, ...layers)), stat: await pair.source.stat(key) };
}

describe('a pinned read', () => {
  it('of a store without pinned reads is compared afterwards, and leaves no body open', async () => {
    const counts = bodies();
    const { store, stat } = await stored(counts.layer, limited({ readIfMatch: false }));
    const result = await readPinned(store, key, stat.revision, { signal });
    expect(result.stat.revision).toBe(stat.revision);
    const other = readPinned(store, key, 'other' as Revision, { signal });
    await expect(other).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect(counts).toMatchObject({ opened: 2, cancelled: 1 });
  });

  it('is opened three times in all when its body breaks off', async () => {
    const faults = faultsByRule([{ operation: 'read', fault: { kind: 'torn-body', after: 1 } }]);
    const { store, stat } = await stored(faults.layer);
    await expect(collectPinned(store, stat, { signal })).rejects.toMatchObject({ retryable: true });
    expect(faults.injected).toHaveLength(3);
  });

  it('is not opened again after an error that would come again', async () => {
    const faults = faultsByRule([{ operation: 'read', fault: { kind: 'error', code: 'PermissionDenied' } }]);
    const { store, stat } = await stored(faults.layer);
    await expect(collectPinned(store, stat, { signal })).rejects.toMatchObject({ code: 'PermissionDenied' });
    expect(faults.injected).toHaveLength(1);
  });

  it('never goes on with an open body that broke off', async () => {
    const { store, stat } = await stored();
    let iterations = 0;
    const broken: ObjectBody = {
      [Symbol.asyncIterator]: () => {
        iterations += 1;
        throw new VfsError({ code: 'Unavailable', operation: 'read', target: key, reason: 'broken off' });
      },
      cancel: async () => {},
    };
    const bytes = await collectPinned(store, stat, { signal }, broken);
    expect([Buffer.from(bytes).toString(), iterations]).toEqual(['one', 1]);
  });

  it('takes no more bytes than the stat or the range says', async () => {
    const { store, stat } = await stored();
    await expect(collectPinned(store, { ...stat, size: 2 }, { signal })).rejects.toMatchObject({ code: 'TooLarge' });
  });
});

import { expect } from '@jest/globals';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { Precondition, Revision, Written } from '../../lib/vfs/types.ts';
import { expectCode, type Place, type Trial } from './trial.ts';

/** Copies on the server side. */
export function copyTests(trial: Trial): void {
  if (!trial.capabilities.copy) {
    return;
  }
  trial.test('a copy has the bytes of its source, and the headers and metadata it was given', async (place) => {
    const { metadata: keepsMetadata, contentHeaders } = trial.capabilities;
    const before = keepsMetadata ? { was: 'before' } : {};
    const metadata = keepsMetadata ? { is: 'now' } : {};
    const headers = contentHeaders ? { contentType: 'text/x-copy' } : {};
    const { revision } = await place.put('from', 'copied', { metadata: before });
    const written = await place.second.copyFrom(place.store, place.key('from'), place.key('to'), {
      sourceIfMatch: revision,
      headers,
      metadata,
    });
    const stat = await place.store.stat(place.key('to'));
    expect(stat).toMatchObject({ size: 6, revision: written?.revision, metadata, headers });
    expect(await place.text('to')).toBe('copied');
    expect((await place.store.stat(place.key('from'))).metadata).toEqual(before);
  });

  trial.test('a copy is of the revision it names, or none', async (place) => {
    const stale = await place.stale('from');
    await expectCode(copy(place, stale), 'PreconditionFailed');
    await expectCode(copy(place, stale, { kind: 'none' }, 'absent'), 'NotFound');
    expect(await place.names()).toEqual(['from']);
  });

  trial.test('a copy from another kind of store is left to the caller', async (place) => {
    const stranger = new Store({ ...createMemoryDriver(), url: 'other://store' });
    const answer = await place.store.copyFrom(stranger, 'from', place.key('to'), { sourceIfMatch: '1' as Revision });
    expect(answer).toBeUndefined();
    expect(await place.names()).toEqual([]);
  });

  if (trial.capabilities.copyConditional) {
    trial.test('a copy honours the precondition of its destination', async (place) => {
      const { revision } = await place.put('from', 'copied');
      const stale = await place.stale('to');
      const current = (await place.store.stat(place.key('to'))).revision;
      await expectCode(copy(place, revision, { kind: 'if-absent' }), 'AlreadyExists');
      await expectCode(copy(place, revision, { kind: 'if-match', revision: stale }), 'PreconditionFailed');
      expect(await place.text('to')).toBe('now');
      await copy(place, revision, { kind: 'if-match', revision: current });
      expect(await place.text('to')).toBe('copied');
      await place.store.delete(place.key('to'));
      await copy(place, revision, { kind: 'if-absent' });
      expect(await place.text('to')).toBe('copied');
    });
  }
}

function copy(
  place: Place,
  sourceIfMatch: Revision,
  precondition: Precondition = { kind: 'none' },
  from = 'from',
): Promise<Written | undefined> {
  return place.store.copyFrom(place.store, place.key(from), place.key('to'), { sourceIfMatch, precondition });
}

import { expect } from '@jest/globals';
import { collect } from '../../lib/vfs/body.ts';
import { chunkedSource, patternBytes, textOf } from '../support/sources.ts';
import { expectCode, type Trial } from './trial.ts';

/** Reading whole objects, ranges, and pinned revisions. */
export function readTests(trial: Trial): void {
  trial.test('read of an absent key is NotFound', async (place) => {
    await expectCode(place.store.read(place.key('absent')), 'NotFound');
  });

  trial.test('read gives every byte that was written', async (place) => {
    const bytes = patternBytes(100_003);
    await place.put('k', chunkedSource([bytes]));
    expect(Buffer.from(await place.bytes('k')).equals(bytes)).toBe(true);
    const lines = 'line\r\nline\n\0\u00e9';
    await place.put('lines', lines);
    expect(await place.text('lines')).toBe(lines);
  });

  trial.test('the stat of a read is that of stat', async (place) => {
    await place.put('k', 'hello');
    const { stat, body } = await place.store.read(place.key('k'));
    await body.cancel();
    const { size, revision } = await place.store.stat(place.key('k'));
    expect(stat).toMatchObject({ key: place.key('k'), size, revision });
  });

  trial.test('a body can be let go at any time, and twice', async (place) => {
    await place.put('k', chunkedSource([patternBytes(200_000)]));
    const unread = await place.store.read(place.key('k'));
    await unread.body.cancel();
    const begun = await place.store.read(place.key('k'));
    for await (const chunk of begun.body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await begun.body.cancel();
    const read = await place.store.read(place.key('k'));
    expect((await collect(read.body, 200_000)).byteLength).toBe(200_000);
    await read.body.cancel();
    await read.body.cancel();
  });

  trial.test('a body is of one content, also when the object is overwritten meanwhile', async (place) => {
    const before = patternBytes(200_000, 1);
    await place.put('k', chunkedSource([before]));
    const { body, stat } = await place.store.read(place.key('k'));
    await place.second.write(place.key('k'), chunkedSource([patternBytes(200_000, 2)]));
    const got = await collect(body, 200_000).catch(() => undefined);
    expect(got === undefined || Buffer.from(got).equals(before)).toBe(true);
    expect((await place.store.stat(place.key('k'))).revision).not.toBe(stat.revision);
  });

  if (trial.capabilities.readRange) {
    rangeTests(trial);
  }
  if (trial.capabilities.readIfMatch) {
    pinnedTests(trial);
  }
  if (trial.capabilities.readUnless) {
    trial.test('"unless" gives content only when the object has changed', async (place) => {
      const { revision } = await place.put('k', 'one');
      expect(await place.store.readUnless(place.key('k'), revision)).toBe('unchanged');
      await place.put('k', 'two');
      const result = await place.store.readUnless(place.key('k'), revision);
      expect(result === 'unchanged' ? result : await textOf(result.body)).toBe('two');
      await expectCode(place.store.readUnless(place.key('absent'), revision), 'NotFound');
    });
  }
}

function rangeTests(trial: Trial): void {
  trial.test('a range gives its bytes, and the stat of the whole object', async (place) => {
    const { revision } = await place.put('k', '0123456789');
    const ranges = [
      [0, 1, '0'],
      [0, 10, '0123456789'],
      [3, 4, '3456'],
      [9, 1, '9'],
    ] as const;
    for (const [offset, length, text] of ranges) {
      const { stat, body } = await place.store.read(place.key('k'), { range: { offset, length } });
      expect(await textOf(body)).toBe(text);
      expect(stat).toMatchObject({ size: 10, revision });
    }
  });

  trial.test('a range that leaves the object is refused', async (place) => {
    await place.put('k', '0123456789');
    await place.put('empty', '');
    const range = (name: string, offset: number, length: number) =>
      place.store.read(place.key(name), { range: { offset, length } });
    await expectCode(range('k', 10, 1), 'InvalidArgument');
    await expectCode(range('k', 8, 3), 'InvalidArgument');
    await expectCode(range('empty', 0, 1), 'InvalidArgument');
    await expectCode(range('k', 0, 0), 'InvalidArgument');
    await expectCode(range('k', -1, 2), 'InvalidArgument');
  });

  if (trial.capabilities.readIfMatch) {
    trial.test('a range can be pinned', async (place) => {
      const stale = await place.stale('k');
      const { revision } = await place.put('k', '0123456789');
      expect(await place.text('k', { range: { offset: 2, length: 3 }, ifMatch: revision })).toBe('234');
      await expectCode(place.text('k', { range: { offset: 0, length: 2 }, ifMatch: stale }), 'PreconditionFailed');
    });
  }
}

function pinnedTests(trial: Trial): void {
  trial.test('a pinned read gives this revision or none', async (place) => {
    const { revision } = await place.put('k', 'one');
    expect(await place.text('k', { ifMatch: revision })).toBe('one');
    await place.put('k', 'two');
    await expectCode(place.text('k', { ifMatch: revision }), 'PreconditionFailed');
    await place.store.delete(place.key('k'));
    await expectCode(place.text('k', { ifMatch: revision }), 'NotFound');
  });
}

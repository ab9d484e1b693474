import { expect } from '@jest/globals';
import { bytesSource } from '../../lib/vfs/body.ts';
import { digestBytes } from '../../lib/vfs/checksums.ts';
import type { BodySource, ChecksumAlgorithm } from '../../lib/vfs/types.ts';
import { chunkedSource, failingSource, patternBytes } from '../support/sources.ts';
import { codeOf, expectCode, type Place, type Trial } from './trial.ts';

/** Writing whole objects, or nothing. */
export function writeTests(trial: Trial): void {
  trial.test('a write replaces the whole object', async (place) => {
    await place.put('k', 'a longer text', { headers: headersOf(trial), metadata: metadataOf(trial) });
    await place.put('k', 'short');
    expect(await place.text('k')).toBe('short');
    const { headers, metadata } = await place.store.stat(place.key('k'));
    expect(headers.cacheControl).toBeUndefined();
    expect(metadata).toEqual({});
  });

  trial.test('a source may come in any chunks', async (place) => {
    const bytes = patternBytes(70_000);
    const chunks = [bytes.subarray(0, 1), new Uint8Array(), bytes.subarray(1, 66_000), bytes.subarray(66_000)];
    await place.put('k', chunkedSource(chunks));
    expect(Buffer.from(await place.bytes('k')).equals(bytes)).toBe(true);
    await place.put('none', chunkedSource([]));
    expect(await place.bytes('none')).toEqual(new Uint8Array());
  });

  trial.test('a source with the right digests is taken', async (place) => {
    const bytes = Buffer.from('promised');
    const all: ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme', 'crc64xz', 'crc32c'];
    await place.put('k', bytesSource(bytes, await digestBytes(bytes, all)));
    expect(await place.text('k')).toBe('promised');
  });

  trial.test('what the store was given can be changed afterwards without harm', async (place) => {
    const bytes = Buffer.from('mine');
    await place.put('k', bytesSource(bytes));
    bytes.fill('x');
    expect(await place.text('k')).toBe('mine');
  });

  trial.test('a source of another size than it says stores nothing', async (place) => {
    await refusedEntirely(place, chunkedSource([Buffer.from('four')], { size: 3 }));
    await refusedEntirely(place, chunkedSource([Buffer.from('four')], { size: 5 }));
    await refusedEntirely(place, chunkedSource([], { size: 1 }));
  });

  for (const algorithm of trial.capabilities.writeVerifies) {
    trial.test(`a source of another ${algorithm} than it says stores nothing`, async (place) => {
      const checksums = await digestBytes(Buffer.from('other'), [algorithm]);
      await refusedEntirely(place, bytesSource(Buffer.from('four'), checksums));
      await refusedEntirely(place, chunkedSource([Buffer.from('four')], { checksums }));
    });
  }

  trial.test('a source that fails midway stores nothing', async (place) => {
    const error = new Error('the source failed');
    await place.put('taken', 'before');
    await expect(place.put('new', failingSource(Buffer.from('half'), error))).rejects.toThrow();
    await expect(place.put('taken', failingSource(Buffer.from('half'), error))).rejects.toThrow();
    expect(await place.names()).toEqual(['taken']);
    expect(await place.text('taken')).toBe('before');
  });

  trial.test('a source that cannot be opened stores nothing', async (place) => {
    const open = () => Promise.reject(new Error('no source'));
    await expect(place.put('k', { size: 4, checksums: {}, open })).rejects.toThrow();
    expect(await place.names()).toEqual([]);
  });

  if (trial.capabilities.maxWriteSize < Number.MAX_SAFE_INTEGER) {
    trial.test('a source beyond the limit is refused before it is opened', async (place) => {
      const open = () => Promise.reject(new Error('opened'));
      const source: BodySource = { size: trial.capabilities.maxWriteSize + 1, checksums: {}, open };
      await expectCode(place.put('k', source), 'TooLarge');
    });
  }
}

/** Neither makes an object of a refused source nor touches the one that is there. */
async function refusedEntirely(place: Place, source: BodySource): Promise<void> {
  await place.put('taken', 'before');
  expect(await codeOf(place.put('taken', source))).toBe('ChecksumMismatch');
  expect(await codeOf(place.put('new', source))).toBe('ChecksumMismatch');
  expect(await place.text('taken')).toBe('before');
  expect(await place.names()).toEqual(['taken']);
}

function headersOf({ capabilities }: Trial) {
  return capabilities.contentHeaders ? { cacheControl: 'no-store' } : {};
}

function metadataOf({ capabilities }: Trial) {
  return capabilities.metadata ? { old: 'value' } : {};
}

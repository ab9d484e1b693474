import { expect } from '@jest/globals';
import { bytesSource } from '../../lib/vfs/body.ts';
import { digestBytes } from '../../lib/vfs/checksums.ts';
import type { CompleteOptions, Part, Upload } from '../../lib/vfs/multipart.ts';
import { failingSource, patternBytes } from '../support/sources.ts';
import { codeOf, expectCode, type Place, type Trial } from './trial.ts';

/** Objects written in parts. One part may be of any size, so most uploads here have one. */
export function multipartTests(trial: Trial): void {
  if (!trial.capabilities.multipart) {
    return;
  }
  trial.test('parts become one object, with the headers and metadata of its beginning', async (place) => {
    const bytes = patternBytes(trial.capabilities.parts.minSize + 1000);
    const metadata = trial.capabilities.metadata ? { made: 'in-parts' } : {};
    const upload = await place.store.uploads.begin(place.key('k'), { signal: place.signal, headers: {}, metadata });
    const last = await put(place, upload, 2, bytes.subarray(-1000));
    await put(place, upload, 1, patternBytes(10, 9));
    const first = await put(place, upload, 1, bytes.subarray(0, -1000));
    expect(await place.textOrNone('k')).toBeUndefined();
    const written = await complete(place, upload, [first, last]);
    const stat = await place.store.stat(place.key('k'));
    expect(stat).toMatchObject({ size: bytes.byteLength, revision: written.revision, metadata });
    expect(Buffer.from(await place.bytes('k')).equals(bytes)).toBe(true);
    expect(stat.checksums).toEqual(await digestBytes(bytes, Object.keys(stat.checksums) as never[]));
  });

  trial.test('an unfinished upload is not in listings, and an aborted one leaves nothing', async (place) => {
    const upload = await begin(place, 'k');
    await put(place, upload, 1, Buffer.from('part'));
    expect(await place.names()).toEqual([]);
    await place.store.uploads.abort(upload, place.signal);
    await place.store.uploads.abort(upload, place.signal);
    expect(await place.names()).toEqual([]);
    await expectCode(put(place, upload, 1, Buffer.from('late')), 'NotFound');
  });

  trial.test('an aborted upload cannot be completed', async (place) => {
    const upload = await begin(place, 'k');
    const part = await put(place, upload, 1, Buffer.from('part'));
    await place.store.uploads.abort(upload, place.signal);
    await expectCode(complete(place, upload, [part]), 'NotFound');
    expect(await place.names()).toEqual([]);
  });

  trial.test('uploads of one key do not touch each other; the last to complete wins', async (place) => {
    const [one, two] = [await begin(place, 'k'), await begin(place, 'k')];
    const parts = [await put(place, one, 1, Buffer.from('one')), await put(place, two, 1, Buffer.from('two'))] as const;
    await complete(place, two, [parts[1]]);
    expect(await place.text('k')).toBe('two');
    await complete(place, one, [parts[0]]);
    expect(await place.text('k')).toBe('one');
  });

  trial.test('a part whose source fails is no part', async (place) => {
    const upload = await begin(place, 'k');
    const good = await put(place, upload, 1, Buffer.from('good'));
    const failing = failingSource(Buffer.from('half'), new Error('the source failed'));
    await expect(place.store.uploads.putPart(upload, 1, failing, place.signal)).rejects.toThrow();
    await complete(place, upload, [good]);
    expect(await place.text('k')).toBe('good');
  });

  trial.test('a wrong digest of the whole is refused, or not told as if it were right', async (place) => {
    const wrong = { crc64nvme: '0123456789abcdef' };
    const upload = await begin(place, 'k');
    const part = await put(place, upload, 1, Buffer.from('part'));
    const code = await codeOf(complete(place, upload, [part], { checksums: wrong }));
    expect([undefined, 'ChecksumMismatch']).toContain(code);
    expect((await place.store.find(place.key('k')))?.checksums.crc64nvme).not.toBe(wrong.crc64nvme);
    expect(await place.textOrNone('k')).toBe(code === undefined ? 'part' : undefined);
    await place.store.uploads.abort(upload, place.signal);
  });

  trial.test('the right digest of the whole is taken', async (place) => {
    const bytes = Buffer.from('part');
    const upload = await begin(place, 'k');
    const part = await put(place, upload, 1, bytes);
    await complete(place, upload, [part], { checksums: await digestBytes(bytes, ['sha256', 'crc64nvme']) });
    expect(await place.text('k')).toBe('part');
  });

  if (trial.capabilities.multipartConditional) {
    conditionTests(trial);
  }
  if (trial.capabilities.multipartList) {
    listTests(trial);
  }
  if (trial.capabilities.multipartCopy) {
    copyTests(trial);
  }
}

function conditionTests(trial: Trial): void {
  trial.test('"complete" with "if-absent" refuses a taken key and leaves it alone', async (place) => {
    const upload = await begin(place, 'k');
    const part = await put(place, upload, 1, Buffer.from('late'));
    await place.put('k', 'taken');
    await expectCode(complete(place, upload, [part], { precondition: { kind: 'if-absent' } }), 'AlreadyExists');
    expect(await place.text('k')).toBe('taken');
    await place.store.uploads.abort(upload, place.signal);
    const again = await begin(place, 'free');
    await complete(place, again, [await put(place, again, 1, Buffer.from('made'))], {
      precondition: { kind: 'if-absent' },
    });
    expect(await place.text('free')).toBe('made');
  });

  trial.test('"complete" with "if-match" replaces the revision it names, and no other', async (place) => {
    const stale = await place.stale('k');
    const { revision } = await place.store.stat(place.key('k'));
    const upload = await begin(place, 'k');
    const part = await put(place, upload, 1, Buffer.from('next'));
    const late = complete(place, upload, [part], { precondition: { kind: 'if-match', revision: stale } });
    await expectCode(late, 'PreconditionFailed');
    expect(await place.text('k')).toBe('now');
    await place.store.uploads.abort(upload, place.signal);
    const again = await begin(place, 'k');
    await complete(place, again, [await put(place, again, 1, Buffer.from('next'))], {
      precondition: { kind: 'if-match', revision },
    });
    expect(await place.text('k')).toBe('next');
  });
}

function listTests(trial: Trial): void {
  trial.test('a list of parts holds those stored so far, by number', async (place) => {
    const upload = await begin(place, 'k');
    expect(await place.store.uploads.listParts(upload, place.signal)).toEqual([]);
    await put(place, upload, 3, Buffer.from('three'));
    const part = await put(place, upload, 1, Buffer.from('o'));
    const parts = await place.store.uploads.listParts(upload, place.signal);
    expect(parts.map(({ number, size }) => [number, size])).toEqual([
      [1, 1],
      [3, 5],
    ]);
    await complete(place, upload, parts.slice(0, 1));
    expect(parts[0]?.tag).toBe(part.tag);
    expect(await place.text('k')).toBe('o');
  });
}

function copyTests(trial: Trial): void {
  trial.test('a part can be copied from a range of a pinned object', async (place) => {
    const { driver } = place.store;
    const bytes = patternBytes(trial.capabilities.parts.minSize + 100);
    const stale = await place.stale('source');
    const { revision } = await place.put('source', bytesSource(bytes));
    const upload = await begin(place, 'k');
    const range = { offset: 50, length: bytes.byteLength - 50 };
    const from = { driver, key: place.key('source') };
    const copy = (sourceIfMatch: typeof stale, key = from.key) =>
      place.store.uploads.copyPart(upload, 1, { driver, key }, { signal: place.signal, range, sourceIfMatch });
    await expectCode(copy(stale), 'PreconditionFailed');
    await expectCode(copy(revision, place.key('absent')), 'NotFound');
    const part = await copy(revision);
    expect(part).toMatchObject({ number: 1, size: range.length });
    await complete(place, upload, [part as Part]);
    expect(Buffer.from(await place.bytes('k')).equals(bytes.subarray(50))).toBe(true);
  });
}

function begin(place: Place, name: string): Promise<Upload> {
  return place.store.uploads.begin(place.key(name), { signal: place.signal, headers: {}, metadata: {} });
}

function put(place: Place, upload: Upload, number: number, bytes: Uint8Array): Promise<Part> {
  return place.store.uploads.putPart(upload, number, bytesSource(bytes), place.signal);
}

function complete(
  place: Place,
  upload: Upload,
  parts: readonly Part[],
  options: Partial<CompleteOptions> = {},
): Promise<{ readonly revision: string }> {
  const { precondition = { kind: 'none' }, checksums = {} } = options;
  return place.store.uploads.complete(upload, parts, { signal: place.signal, precondition, checksums });
}

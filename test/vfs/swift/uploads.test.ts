import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Part } from '../../../lib/vfs/multipart.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { faults } from '../../loopback/swift/script.ts';
import { textOf } from '../../support/sources.ts';
import type { SwiftCloud } from './cloud.ts';
import { capabilities, ownNames, sendTexts, signal, startSmallSwift } from './small-limits.ts';

let cloud: SwiftCloud;
let store: Store;

beforeAll(async () => {
  cloud = await startSmallSwift();
});

afterAll(() => cloud.close());

beforeEach(async () => {
  cloud.account.makeContainer('state');
  store = await cloud.store({ capabilities });
});

afterEach(() => {
  cloud.swift.script = undefined;
  cloud.account.removeContainer('state');
});

const own = () => ownNames(cloud);
const uploaded = (key: string, texts: readonly string[]) => sendTexts(store, key, texts);

describe('an upload', () => {
  it('leaves nothing but its segments when it is complete', async () => {
    const { upload, complete } = await uploaded('k', ['a', 'b', 'never used']);
    const [one, two] = await store.uploads.listParts(upload, signal);
    await store.uploads.complete(upload, [one as Part, two as Part], {
      signal,
      precondition: { kind: 'none' },
      checksums: {},
    });
    expect(own()).toEqual(['00001', '00002'].map((number) => `.statesync/swift/segments/ID/${number}`));
    expect(await textOf((await store.read('k')).body)).toBe('ab');
    await expect(complete()).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('of no bytes is a plain, empty object', async () => {
    await (await uploaded('k', [''])).complete();
    expect(await store.stat('k')).toMatchObject({ size: 0, revision: md5('') });
    expect(own()).toEqual([]);
  });

  it('can be gone on with by another process', async () => {
    const headers = { contentType: 'text/x-part', contentEncoding: 'gzip' };
    const metadata = { plain: 'value', _packed: 'é' };
    const upload = await store.uploads.begin('k', { signal, headers, metadata });
    await store.uploads.putPart(upload, 1, textSource('text'), signal);
    const other = await cloud.store({ capabilities });
    const parts = await other.uploads.listParts(upload, signal);
    await other.uploads.complete(upload, parts, { signal, precondition: { kind: 'none' }, checksums: {} });
    expect(await other.stat('k')).toMatchObject({ size: 4, headers, metadata });
  });

  it('of which a part is not as it was said makes no object', async () => {
    const { upload, parts } = await uploaded('k', ['a', 'b']);
    await store.uploads.putPart(upload, 2, textSource('c'), signal);
    const complete = store.uploads.complete(upload, parts, { signal, precondition: { kind: 'none' }, checksums: {} });
    await expect(complete).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(complete).rejects.toThrow('Etag Mismatch');
    await store.uploads.abort(upload, signal);
    expect(cloud.account.names('state')).toEqual([]);
  });

  it('of too many parts is refused before anything is sent', async () => {
    const { upload, parts } = await uploaded('k', ['a']);
    const many = Array.from({ length: 11 }, () => parts[0] as Part);
    cloud.swift.requests.reset();
    const complete = store.uploads.complete(upload, many, { signal, precondition: { kind: 'none' }, checksums: {} });
    await expect(complete).rejects.toMatchObject({ code: 'TooLarge' });
    expect(cloud.swift.requests.total).toBe(0);
  });

  it.each([true, false])(
    'whose completion lost its answer (carried out: %s) keeps the segments that the object may need, also when it is aborted',
    async (carriedOut) => {
      const { upload, complete, parts } = await uploaded('k', ['a', 'b']);
      cloud.swift.script = faults({ kind: 'cut', carriedOut }, ({ operation }) => operation === 'PUT manifest');
      await expect(complete()).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
      await expect(store.uploads.putPart(upload, 1, textSource('late'), signal)).rejects.toMatchObject({
        code: 'NotFound',
      });
      await store.uploads.abort(upload, signal);
      await store.uploads.abort(upload, signal);
      expect(own()).toHaveLength(parts.length);
      const text = carriedOut ? await textOf((await store.read('k')).body) : undefined;
      expect(text).toBe(carriedOut ? 'ab' : undefined);
    },
  );

  it('whose completion lost its answer can be completed again', async () => {
    const { complete } = await uploaded('k', ['a', 'b']);
    cloud.swift.script = faults({ kind: 'cut', carriedOut: true }, ({ operation }) => operation === 'PUT manifest');
    await expect(complete()).rejects.toMatchObject({ code: 'Unavailable' });
    await complete();
    expect(await textOf((await store.read('k')).body)).toBe('ab');
    expect(own()).toHaveLength(2);
  });

  it('that is completed again keeps its segments, even where Swift does not show the object at once', async () => {
    const { complete } = await uploaded('k', ['a', 'b']);
    cloud.swift.script = faults({ kind: 'cut', carriedOut: true }, ({ operation }) => operation === 'PUT manifest');
    await expect(complete()).rejects.toMatchObject({ code: 'Unavailable' });
    let looks = 0;
    cloud.swift.script = ({ operation, name }) => {
      const isLook = operation === 'HEAD object' && name === 'k';
      looks += isLook ? 1 : 0;
      return isLook && looks > 1 ? { kind: 'status', status: 404 } : undefined;
    };
    await complete();
    cloud.swift.script = undefined;
    expect(await textOf((await store.read('k')).body)).toBe('ab');
  });

  it('whose completion was refused is open again, and leaves nothing when it is aborted', async () => {
    const { upload, complete } = await uploaded('k', ['a']);
    cloud.swift.script = faults({ kind: 'status', status: 403 }, ({ operation }) => operation === 'PUT manifest');
    await expect(complete()).rejects.toMatchObject({ code: 'PermissionDenied' });
    await store.uploads.putPart(upload, 1, textSource('b'), signal);
    await store.uploads.abort(upload, signal);
    expect(cloud.account.names('state')).toEqual([]);
  });

  it('costs few requests beside its parts', async () => {
    await store.listPage('');
    cloud.swift.requests.reset();
    await (await uploaded('k', ['a', 'b'])).complete();
    expect(cloud.swift.requests.snapshot()).toEqual({
      'PUT object': 4, // the record, two parts, the record again
      'GET object': 3, // the record: before each part, and before the end
      'HEAD object': 1, // is there a large object to be replaced?
      'PUT manifest': 1,
      list: 1, // what was sent and is not used
      'DELETE object': 1, // the record
    });
  });
});

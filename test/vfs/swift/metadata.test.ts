import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Metadata } from '../../../lib/vfs/types.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

describe('user metadata', () => {
  let cloud: SwiftCloud;
  let store: Store;

  beforeAll(async () => {
    cloud = await startSwiftCloud();
    store = await cloud.store();
  });

  afterAll(() => cloud.close());

  async function back(metadata: Metadata): Promise<Metadata> {
    await store.write('k', textSource(''), { metadata });
    return (await store.stat('k')).metadata;
  }

  const headers = () =>
    Object.fromEntries(Object.entries(cloud.swift.lastHeaders).filter(([name]) => name.startsWith('x-object-meta-')));

  it('that is plain is a header for each, as other tools write it', async () => {
    await store.write('k', textSource(''), { metadata: { 'statesync-store': 's3://a/b', mtime: '1.5' } });
    expect(headers()).toEqual({ 'x-object-meta-statesync-store': 's3://a/b', 'x-object-meta-mtime': '1.5' });
  });

  const strange: Readonly<Record<string, Metadata>> = {
    'an underscore and its dash': { a_b: '1', 'a-b': '2' },
    'an empty value': { empty: '' },
    'spaces around a value': { v: ' a ' },
    'letters beyond ASCII': { v: 'müller 日本 \u{1f600}', ключ: 'значение' },
    'control characters': { v: 'a\r\nb\tc\0' },
    'a long value': { v: 'x'.repeat(2_000) },
    'a long name': { ['n'.repeat(300)]: 'v' },
    'quotes, braces and backslashes': { _v: '"}\\u0041{"' },
    'an upper-case name': { Name: 'v' },
    'a dot in a name': { 'a.b': 'v' },
    'the name of the packing itself': { 'statesync-packed-1': 'mine', _x: 'y' },
    'the name of a prototype': { __proto_: 'v', constructor: 'c' },
    'many entries': Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`key-${i}`, `${i}`])),
    'more entries than headers': Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`_${i}`, `${i}`])),
  };

  it.each(Object.keys(strange))('with %s comes back as it was', async (what) => {
    expect(await back(strange[what] ?? {})).toEqual(strange[what]);
  });

  it('of any names and values comes back as it was, or is refused as too large', async () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
      fc.stringMatching(/^[a-z0-9_-]{1,12}$/),
    );
    const value = fc.oneof(fc.string({ maxLength: 60, unit: 'binary' }), fc.string({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 6 }), async (metadata) => {
        const got = await back(metadata).catch((error: { code: string }) => error.code);
        if (got === 'TooLarge') {
          expect(JSON.stringify(metadata).length).toBeGreaterThan(600); // One character may take six times its space.
        } else {
          expect(got).toEqual({ ...metadata });
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['bytes', { v: 'x'.repeat(4_100) }],
    ['headers', Object.fromEntries(Array.from({ length: 91 }, (_, i) => [`k${i}`, 'v']))],
  ])('of more %s than Swift takes is refused before anything is sent', async (_, metadata) => {
    cloud.swift.requests.reset();
    const write = store.write('k', textSource(''), { metadata, precondition: { kind: 'if-absent' } });
    await expect(write).rejects.toMatchObject({ code: 'TooLarge', operation: 'write' });
    await expect(write).rejects.toThrow('Swift takes 4096 bytes in 90');
    expect(cloud.swift.requests.total).toBe(0);
  });

  it('that another tool wrote in UTF-8 is read as such', async () => {
    const raw = Buffer.from('müller').toString('latin1');
    cloud.account.put('state', 'other', {
      bytes: new Uint8Array(),
      etag: md5(''),
      headers: { 'x-object-meta-who': raw },
    });
    expect((await store.stat('other')).metadata).toEqual({ who: 'müller' });
  });

  it('that lost a part of its packing is no metadata', async () => {
    const half = { 'x-object-meta-statesync-packed-2': '"}' };
    cloud.account.put('state', 'half', { bytes: new Uint8Array(), etag: md5(''), headers: half });
    await expect(store.stat('half')).rejects.toMatchObject({ code: 'Unknown' });
  });
});

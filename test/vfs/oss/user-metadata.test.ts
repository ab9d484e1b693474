import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textSource } from '../../../lib/vfs/body.ts';
import { metadataHeaders, metadataOf } from '../../../lib/vfs/oss/user-metadata.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

const attempt = { operation: 'write', target: 'oss://state/k' };
const strange = {
  'with_underscore.and dots': 'value',
  'caf\u00e9/\u65e5\u672c': 'two words \u{1f600}',
  'UPPER-and-lower': 'Case Kept',
  'statesync-hex-61': 'looks encoded',
  '': 'no name',
  empty: '',
  blank: ' ',
  padded: '  in the middle  ',
  lines: 'one\r\ntwo\ttabs\0zero',
  encoded: '=?utf-8?b?eA==?=',
  json: '{"desc":"a, b; c=d"}',
};
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss();
  oss.server.createBucket('state');
  store = oss.store({ url: 'oss://state' });
});

afterAll(() => oss.close());

describe('user metadata', () => {
  it('comes back as it was written, whatever its names and values are', async () => {
    await store.write('k', textSource('x'), { metadata: strange });
    expect((await store.stat('k')).metadata).toEqual(strange);
  });

  it('is sent as others would read it, where OSS takes it', () => {
    expect(metadataHeaders({ 'statesync-key': 's3://a/b c', n: '0' }, attempt)).toEqual({
      'x-oss-meta-statesync-key': 's3://a/b c',
      'x-oss-meta-n': '0',
    });
  });

  it('is carried by names and values that OSS and HTTP take, and read back the same', () => {
    const signs = [
      ...'aB_-9 .%=?/:',
      '\n',
      '\0',
      '\u00e9',
      '\u65e5',
      '\u{1f600}',
      'statesync-hex-',
      '=?utf-8?b?',
      '?=',
    ];
    const text = fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 4 }), (metadata) => {
        const headers = metadataHeaders(metadata, attempt);
        const uncarriable = Object.entries(headers).filter(
          ([name, value]) =>
            !/^x-oss-meta-[a-z0-9-]+$/.test(name) || !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value),
        );
        expect([uncarriable, metadataOf(headers)]).toEqual([[], { ...metadata }]);
      }),
    );
  });

  it('beyond 8 KB is refused before it is sent, counted as it would be sent', async () => {
    const name = 'n';
    const room = 8 * 1024 - `x-oss-meta-${name}`.length;
    await store.write('k', textSource('x'), { metadata: { [name]: 'v'.repeat(room) } });
    oss.server.requests.reset();
    for (const value of ['v'.repeat(room + 1), '\u00e9'.repeat(room / 2)]) {
      await expect(store.write('k', textSource('x'), { metadata: { [name]: value } })).rejects.toMatchObject({
        code: 'TooLarge',
        message: expect.stringContaining('at most 8192'),
      });
    }
    expect(oss.server.requests.total).toBe(0);
  });

  it('that is no Unicode is refused before it is sent', async () => {
    const refused = store.write('k', textSource('x'), { metadata: { half: '\ud800' } });
    await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

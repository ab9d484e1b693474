import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareKeys, isKey, parseKey, whyNotKey } from '../../lib/vfs/keys.ts';
import { oddText } from '../support/arbitraries.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 12 });

describe('compareKeys', () => {
  it('orders any two texts as their UTF-8 bytes are ordered', () => {
    const texts = fc.oneof(anyText, oddText);
    fc.assert(
      fc.property(texts, texts, fc.nat({ max: 4 }), (a, b, shared) => {
        const other = [...a].slice(0, shared).join('') + b;
        expect(Math.sign(compareKeys(a, other))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(other)));
      }),
    );
  });

  it('puts an emoji after U+FF5E, which UTF-16 does not', () => {
    expect(compareKeys('\uff5e', '\u{1f600}')).toBeLessThan(0);
    expect('\uff5e' < '\u{1f600}').toBe(false);
  });

  it('puts a text before all that it begins', () => {
    expect(compareKeys('a', 'a/b')).toBeLessThan(0);
    expect(compareKeys('a-b', 'a/b')).toBeLessThan(0);
    expect(compareKeys('a', 'a')).toBe(0);
  });
});

describe('parseKey', () => {
  it.each([
    ['', 'never empty'],
    ['/a', 'begins'],
    ['a/', 'ends'],
    ['a\ud800', 'surrogate'],
    ['x'.repeat(1025), '1025'],
    ['\u{1f600}'.repeat(257), '1028'],
  ])('refuses %j and says why', (text, words) => {
    expect(() => parseKey(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    expect(whyNotKey(text)).toContain(words);
    expect(isKey(text)).toBe(false);
  });

  it.each(['a', 'a//b', 'a:b', '../a', ' ', '\n', 'x'.repeat(1024), '\u{1f600}'.repeat(256)])('takes %j', (text) => {
    expect(parseKey(text)).toBe(text);
    expect(isKey(text)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { globsMeet, matchesGlob } from '../../lib/config/glob.ts';

const signs = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
const names = signs('ab./');
const globs = signs('ab./*?');

/** The same, said in another way. */
function pattern(glob: string): RegExp {
  const source = [...glob]
    .map((sign) => (sign === '*' ? '[^]*' : sign === '?' ? '[^]' : sign.replace(/[./]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}

describe('a glob of cluster names', () => {
  it.each([
    ['*', '', true],
    ['*', 'tests/minimal.example.com', true],
    ['*.k8s.example.com', 'prod.k8s.example.com', true],
    ['*.k8s.example.com', 'a.b.k8s.example.com', true],
    ['*.k8s.example.com', 'k8s.example.com', false],
    ['*.k8s.example.com', 'prod.k8s.example.com.evil', false],
    ['a?.example.com', 'a1.example.com', true],
    ['a?.example.com', 'a.example.com', false],
    ['a.example.com', 'axexample.com', false],
    ['', '', true],
    ['', 'a', false],
  ])('%j fits %j: %j', (glob, name, fits) => {
    expect(matchesGlob(glob, name)).toBe(fits);
  });

  it('fits what the regular expression fits that says the same', () => {
    fc.assert(
      fc.property(globs, names, (glob, name) => matchesGlob(glob, name) === pattern(glob).test(name)),
      { numRuns: 1000 },
    );
  });

  it('is quick where a regular expression would not be', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(250))).toBe(false);
  });
});

describe('two globs', () => {
  it.each([
    ['*', 'x', true],
    ['*.dev.example.com', '*.prod.example.com', false],
    ['a.*', '*.example.com', true],
    ['a*', 'b*', false],
    ['?', '??', false],
    ['*?', 'a', true],
    ['', '*', true],
  ])('%j and %j have a name in common: %j', (a, b, meet) => {
    expect([globsMeet(a, b), globsMeet(b, a)]).toEqual([meet, meet]);
  });

  it('meet whenever some name fits both', () => {
    const loosened = (name: string) =>
      fc
        .tuple(...[...name].map((sign) => fc.constantFrom(sign, '?', '*', `${sign}*`, `*${sign}`)))
        .map((parts) => parts.join(''));
    const fitting = names.chain((name) => fc.tuple(fc.constant(name), loosened(name), loosened(name)));
    fc.assert(
      fc.property(fitting, ([name, a, b]) => {
        expect([matchesGlob(a, name), matchesGlob(b, name), globsMeet(a, b)]).toEqual([true, true, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('meet only when some short name fits both', () => {
    const short = ['', 'a', 'b'].flatMap((x) =>
      ['', 'a', 'b'].flatMap((y) => ['', 'a', 'b'].flatMap((z) => ['', 'a', 'b'].map((w) => x + y + z + w))),
    );
    const twoSigns = fc.string({ unit: fc.constantFrom(...'ab*?'), maxLength: 2 });
    fc.assert(
      fc.property(
        twoSigns,
        twoSigns,
        (a, b) => globsMeet(a, b) === short.some((name) => matchesGlob(a, name) && matchesGlob(b, name)),
      ),
      { numRuns: 400 },
    );
  });
});

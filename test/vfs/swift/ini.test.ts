import { describe, expect, it } from '@jest/globals';
import { parseIni } from '../../../lib/vfs/swift/ini.ts';

describe('a configuration file as kOps reads it', () => {
  const value = (line: string, name = 'k') => parseIni(`[S]\n${line}`).get('S')?.get(name);

  it.each([
    ['k=v', 'v'],
    ['k = v', 'v'],
    ['  k\t:\tv  ', 'v'],
    ['k = a=b:c', 'a=b:c'],
    ['k = v # comment', 'v'],
    ['k = v;comment', 'v'],
    ['k = "v"', 'v'],
    [`k = 'v w'`, 'v w'],
    ['k = "a"b"', '"a"b"'],
    ['k = `v # no comment`', 'v # no comment'],
    ['k = """v ; no comment"""', 'v ; no comment'],
    ['k = v\\\n  w', 'vw'],
    ['k = \r', ''],
    ['k =', ''],
    ['k = old\nk = new', 'new'],
    ['; k = commented out\n# k = too', undefined],
    ['K = v', undefined],
  ])('%j is %j', (line, expected) => {
    expect(value(line)).toBe(expected);
  });

  it('has sections, told apart by case, and what comes before the first is in none of them', () => {
    const sections = parseIni('\ufeffk = top\n[A]\nk = a\n[a]\nk = b\n[A]\nl = c\n');
    expect([...sections.keys()]).toEqual(['DEFAULT', 'A', 'a']);
    expect(Object.fromEntries(sections.get('A') ?? [])).toEqual({ k: 'a', l: 'c' });
    expect(sections.get('a')?.get('k')).toBe('b');
  });

  it.each([
    ['[open', 'line 2 begins a section that is not closed'],
    ['secret', 'line 2 has neither "=" nor ":"'],
  ])('is refused where it says %j, without a word of it', (line, words) => {
    expect(() => value(line)).toThrow(new Error(words));
  });
});

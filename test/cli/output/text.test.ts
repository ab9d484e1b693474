import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderTable } from '../../../cli/output/table.ts';
import { formatBytes, formatTime, plural, printable } from '../../../cli/output/text.ts';

describe('printable', () => {
  it('leaves no sign that could move the cursor or turn the text round, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
    expect(printable('prod/überall/日本/\u{1f600}')).toBe('prod/überall/日本/\u{1f600}');
    expect(printable('a\u001b[2J\u202eb\n')).toBe('a\\x1b[2J\\u202eb\\x0a');
  });
});

describe('sizes, times and numbers', () => {
  it('are written for people', () => {
    const sizes = [0, 1023, 1024, 1536, 1024 ** 2, 5 * 1024 ** 3, 1024 ** 6];
    expect(sizes.map(formatBytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '1.0 MiB', '5.0 GiB', '1024.0 PiB']);
    expect(formatTime(new Date('2026-03-01T12:00:00.123Z'))).toBe('2026-03-01T12:00:00Z');
    expect(formatTime(undefined)).toBe('-');
    expect([0, 1, 2].map((n) => plural(n, 'object'))).toEqual(['0 objects', '1 object', '2 objects']);
  });
});

describe('renderTable', () => {
  it('makes each column as wide as its widest cell, as a person counts signs', () => {
    const columns = [{ title: 'NAME' }, { title: 'N', align: 'right' as const }, { title: 'X' }];
    expect(
      renderTable(columns, [
        ['e\u0301te\u0301', '10', ''],
        ['a', '7', 'y'],
      ]),
    ).toBe('NAME   N  X\ne\u0301te\u0301   10\na      7  y\n');
  });
});

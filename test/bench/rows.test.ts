import { describe, expect, it } from '@jest/globals';
import { isKept, median, type Row, tableOf } from '../../bench/row.ts';

const row = (value: number, atMost?: number): Row => ({
  name: 'large: peak memory',
  value,
  unit: 'MiB',
  detail: 'why',
  ...(atMost === undefined ? {} : { atMost }),
});

describe('the bound of a row', () => {
  it.each([
    ['kept up to the bound itself', row(200, 200), true],
    ['broken beyond it', row(200.1, 200), false],
    ['broken by a value that is no number', row(Number.NaN, 200), false],
    ['kept where there is none', row(1e9), true],
  ])('is %s', (_, given, kept) => {
    expect(isKept(given)).toBe(kept);
  });
});

it('marks a row beyond its bound, and lines the columns up', () => {
  expect(tableOf([row(150.4, 200), { ...row(1234.5, 200), name: 'small' }])).toEqual([
    '   large: peak memory  150 MiB   ≤ 200  why',
    '✗  small               1235 MiB  ≤ 200  why',
  ]);
});

it('takes the middle of an odd count, and the lower middle of an even one', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2, Number.NaN]);
});

import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { allRules } from '../../lib/validation/rule-list.ts';
import { caseFolders, casesOf, foundBy, rewritten } from './rule-cases.ts';

describe.each(allRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const cases = caseFolders.includes(id) ? casesOf(id) : [];

  it('has cases that fail, and cases that pass', () => {
    expect(cases.some(({ expected }) => expected.length > 0)).toBe(true);
    expect(cases.some(({ expected }) => expected.length === 0)).toBe(true);
  });

  // With `UPDATE_GOLDEN=1` every case is written anew, for review.
  it.each(cases.map((example) => [example.name, example] as const))('finds what stands in %s', (_, example) => {
    if (process.env['UPDATE_GOLDEN'] === '1') {
      writeFileSync(example.path, rewritten(rule, example));
    } else {
      expect(foundBy(rule, example)).toEqual(example.expected);
    }
  });
});

describe('the list of rules', () => {
  it('has every id once', () => {
    const ids = allRules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('has a rule for every folder of cases', () => {
    expect(caseFolders.filter((folder) => !allRules.some(({ id }) => id === folder))).toEqual([]);
  });

  it('names ids in capitals, and ends titles with a full stop', () => {
    for (const { id, title } of allRules) {
      expect(id).toMatch(/^[A-Z0-9]+(-[A-Z0-9]+)+$/);
      expect(title).toMatch(/\.$/);
    }
  });
});

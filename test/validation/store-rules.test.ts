import { describe, expect, it } from '@jest/globals';
import { allRules } from '../../lib/validation/rule-list.ts';
import { allStoreRules } from '../../lib/validation/store/store-rule-list.ts';
import { foundInStore, storeCaseFolders, storeCasesOf } from './store-rule-cases.ts';

describe.each(allStoreRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const cases = storeCaseFolders.includes(id) ? storeCasesOf(id) : [];

  it('has cases that fail, and cases that pass', () => {
    expect(cases.some(({ expected }) => expected.length > 0)).toBe(true);
    expect(cases.some(({ expected }) => expected.length === 0)).toBe(true);
  });

  it.each(cases.map((example) => [example.name, example] as const))('finds what is wrong in %s', (_, example) => {
    expect(foundInStore(rule, example.subject)).toEqual(example.expected);
  });
});

describe('the list of rules of stores', () => {
  it('has ids of its own, in capitals, and titles that end with a full stop', () => {
    const ids = [...allRules, ...allStoreRules].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { id, title } of allStoreRules) {
      expect(id).toMatch(/^[A-Z0-9]+(-[A-Z0-9]+)+$/);
      expect(title).toMatch(/\.$/);
    }
  });

  it('has a rule for every folder of cases', () => {
    expect(storeCaseFolders.filter((folder) => !allStoreRules.some(({ id }) => id === folder))).toEqual([]);
  });
});

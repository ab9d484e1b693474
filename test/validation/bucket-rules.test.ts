import { describe, expect, it } from '@jest/globals';
import { allBucketRules } from '../../lib/validation/bucket/bucket-rule-list.ts';
import { roleRules } from '../../lib/validation/bucket/role-rules.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';
import { bucketCaseFolders, bucketCasesOf, bucketSubjectOf, foundInBucket } from './bucket-rule-cases.ts';

describe.each(allBucketRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const cases = bucketCaseFolders.includes(id) ? bucketCasesOf(id) : [];

  it('has cases that fail, and cases that pass', () => {
    expect(cases.some(({ expected }) => expected.length > 0)).toBe(true);
    expect(cases.some(({ expected }) => expected.length === 0)).toBe(true);
  });

  it.each(cases.map((example) => [example.name, example] as const))('finds what is wrong in %s', async (_, example) => {
    expect(foundInBucket(rule, await bucketSubjectOf(example))).toEqual(example.expected);
  });
});

describe('the list of rules of buckets and roles', () => {
  it('has ids of its own, in capitals, and titles that end with a full stop', () => {
    const ids = ruleTexts.map(({ id }) => id);
    for (const { id, title } of [...allBucketRules, ...roleRules]) {
      expect(ids.filter((other) => other === id)).toEqual([id]);
      expect(id).toMatch(/^[A-Z0-9]+(-[A-Z0-9]+)+$/);
      expect(title).toMatch(/\.$/);
    }
  });

  it('has a rule for every folder of cases', () => {
    expect(bucketCaseFolders.filter((folder) => !allBucketRules.some(({ id }) => id === folder))).toEqual([]);
  });
});

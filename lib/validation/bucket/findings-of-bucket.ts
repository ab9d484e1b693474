import { classify } from '../../kops/layout.ts';
import { type Finding, wholeFile } from '../finding.ts';
import type { BucketRule, BucketSubject } from '../rule.ts';

/** What the rules find in a bucket. What is about no file is about the store, by its URL. */
export function findingsOfBucket(subject: BucketSubject, rules: readonly BucketRule[]): readonly Finding[] {
  return rules.flatMap((rule) =>
    [...rule.check(subject)].map(({ key, detail }) => bucketFinding(rule, detail, key ?? subject.storeUrl, key)),
  );
}

/** A finding about a store as a whole, or about one of its files. */
export function bucketFinding(
  { id, severity }: Pick<BucketRule, 'id' | 'severity'>,
  message: string,
  file: string,
  key?: string,
): Finding {
  const { cluster } = key === undefined ? { cluster: undefined } : classify(key);
  const place = { file, document: 0, pointer: '', range: wholeFile };
  return { rule: id, severity, message, ...place, ...(cluster === undefined ? {} : { cluster }) };
}

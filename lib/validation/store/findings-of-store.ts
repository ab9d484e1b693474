import { type Finding, wholeFile } from '../finding.ts';
import type { StoreRule, StoreSubject } from '../rule.ts';
import { coverUserInfo } from '../secrets.ts';

/** What the rules find in a cluster together with the files of its store. Files are named by their keys in the store. */
export function findingsOfStore(subject: StoreSubject, rules: readonly StoreRule[]): readonly Finding[] {
  return rules.flatMap(({ id, severity, check }) =>
    [...check(subject)].map(({ key, detail, range = wholeFile }) => ({
      rule: id,
      severity,
      message: coverUserInfo(detail),
      file: `${subject.prefix}${key}`,
      document: 0,
      pointer: '',
      range,
      cluster: subject.cluster.name,
    })),
  );
}

import type { Finding } from '../finding.ts';
import type { StoreRule, StoreSubject } from '../rule.ts';

const wholeFile = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

/** What the rules find in a cluster together with the files of its store. Files are named by their keys in the store. */
export function findingsOfStore(subject: StoreSubject, rules: readonly StoreRule[]): readonly Finding[] {
  return rules.flatMap(({ id, severity, check }) =>
    [...check(subject)].map(({ key, detail, range = wholeFile }) => ({
      rule: id,
      severity,
      message: detail,
      file: `${subject.prefix}${key}`,
      document: 0,
      pointer: '',
      range,
      cluster: subject.cluster.name,
    })),
  );
}

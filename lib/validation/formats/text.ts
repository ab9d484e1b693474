import type { Finding } from '../finding.ts';
import { excerptOf } from './excerpt.ts';

/** The texts of the files that were validated, by name. */
export type Texts = ReadonlyMap<string, string>;

/**
 * A finding for a terminal: place, severity, rule and sentence, and below them the line with a caret.
 *
 *     prod.yaml:12:5: error ETCD-MEMBER-COUNT: spec.etcdClusters[0].etcdMembers: Invalid value: 2: …
 */
export function findingText(finding: Finding, texts: Texts): string {
  const { file, range, severity, rule, message, kopsPath, pointer, fix } = finding;
  const head = `${file}:${range.start.line}:${range.start.column}: ${severity} ${rule}: ${message}`;
  const slip = kopsPath === undefined ? [] : [`      = kOps reports this at ${kopsPath}`];
  const mend = fix === undefined ? [] : [`      = fix: ${fixText(finding)}`];
  const excerpt = excerptOf(texts.get(file) ?? '', range, pointer);
  return [head, ...(excerpt === '' ? [] : [excerpt]), ...slip, ...mend].join('\n');
}

/** What mends a finding, in words. */
export function fixText({ fix }: Finding): string {
  if (fix === undefined) {
    return '';
  }
  return 'value' in fix ? `set ${fix.pointer} to ${JSON.stringify(fix.value)}` : `remove ${fix.pointer}`;
}

import { type Finding, isOfWholeFile } from '../finding.ts';
import { type LineTest, secretLines } from '../secret-lines.ts';
import { isSecretKind } from '../secrets.ts';
import { excerptOf, harmless } from './excerpt.ts';

/** The texts of the files that were validated, by name. */
export type Texts = ReadonlyMap<string, string>;

/**
 * A finding for a terminal: place, severity, rule and sentence, and below them the line with a caret.
 *
 *     prod.yaml:12:5: error ETCD-MEMBER-COUNT: spec.etcdClusters[0].etcdMembers: Invalid value: 2: …
 */
export function findingText(finding: Finding, texts: Texts): string {
  const { file, range, severity, rule, message, kopsPath, fix, waiver } = finding;
  const place = isOfWholeFile(finding) ? file : `${file}:${range.start.line}:${range.start.column}`;
  const head = harmless(`${place}: ${severity} ${rule}: ${message}`);
  const slip = kopsPath === undefined ? [] : [`      = kOps reports this at ${harmless(kopsPath)}`];
  const mend = fix === undefined ? [] : [`      = fix: ${harmless(fixText(finding))}`];
  const accepted = waiver === undefined ? [] : [`      = waived until ${waiver.expires}: ${harmless(waiver.reason)}`];
  const excerpt = isSecretKind(finding.object?.kind ?? '')
    ? ''
    : excerptOf(texts.get(file) ?? '', finding, secretsOf(file, texts));
  return [head, ...(excerpt === '' ? [] : [excerpt]), ...slip, ...mend, ...accepted].join('\n');
}

const known = new WeakMap<Texts, Map<string, LineTest>>();

/** A file is looked through once, for all of its findings. */
function secretsOf(file: string, texts: Texts): LineTest {
  const tests = known.get(texts) ?? new Map<string, LineTest>();
  const test = tests.get(file) ?? secretLines(file, texts.get(file) ?? '');
  known.set(texts, tests.set(file, test));
  return test;
}

/** What mends a finding, in words. */
export function fixText({ fix }: Finding): string {
  if (fix === undefined) {
    return '';
  }
  if (fix.rename !== undefined) {
    return `rename ${fix.pointer} to ${fix.rename}`;
  }
  return 'value' in fix ? `set ${fix.pointer} to ${JSON.stringify(fix.value)}` : `remove ${fix.pointer}`;
}

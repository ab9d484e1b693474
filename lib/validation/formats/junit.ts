import { type Finding, isOpen } from '../finding.ts';

/**
 * Findings as JUnit XML, as build servers read test results: one suite for each file, one case for each finding, and one that
 * passed for a file without any. Findings below `error` are no failures; those that a waiver accepts are skipped.
 */
export function toJunit(findings: readonly Finding[], files: readonly string[]): string {
  const all = new Set([...files, ...findings.map(({ file }) => file)]);
  const suites = [...all].map((file) =>
    suiteOf(
      file,
      findings.filter((finding) => finding.file === file),
    ),
  );
  const tests = suites.reduce((sum, { tests: count }) => sum + count, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kops-statesync" ${countsOf(findings, tests)}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf(file: string, findings: readonly Finding[]): { readonly tests: number; readonly xml: string } {
  const cases =
    findings.length === 0 ? [`    <testcase classname="${escapeXml(file)}" name="valid"/>`] : findings.map(caseOf);
  const head = `  <testsuite name="${escapeXml(file)}" ${countsOf(findings, cases.length)}>`;
  return { tests: cases.length, xml: [head, ...cases, '  </testsuite>'].join('\n') };
}

function countsOf(findings: readonly Finding[], tests: number): string {
  const skipped = findings.filter((finding) => !isOpen(finding)).length;
  return `tests="${tests}" failures="${findings.filter(isFailure).length}" errors="0" skipped="${skipped}"`;
}

function caseOf(finding: Finding): string {
  const { file, rule, range } = finding;
  const name = `${rule} at ${range.start.line}:${range.start.column}`;
  return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(name)}">${bodyOf(finding)}</testcase>`;
}

function bodyOf(finding: Finding): string {
  const { file, rule, range, message, severity, waiver } = finding;
  if (waiver !== undefined) {
    return `<skipped message="${escapeXml(`waived until ${waiver.expires}: ${waiver.reason}`)}"/>`;
  }
  return isFailure(finding)
    ? `<failure type="${escapeXml(rule)}" message="${escapeXml(message)}">${escapeXml(`${file}:${range.start.line}:${range.start.column}`)}</failure>`
    : `<system-out>${escapeXml(`${severity}: ${message}`)}</system-out>`;
}

function isFailure(finding: Finding): boolean {
  return finding.severity === 'error' && isOpen(finding);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
};

/** XML 1.0 has no way to write most control characters, halves of pairs, and two code points more; they are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/(?![\t\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '')
    .replace(/[&<>"'\t\n]/g, (sign) => entities[sign] ?? sign);
}

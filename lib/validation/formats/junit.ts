import type { Finding } from '../finding.ts';

/**
 * Findings as JUnit XML, as build servers read test results: one suite for each file, one case for each finding, and one that
 * passed for a file without any. Findings below `error` are no failures.
 */
export function toJunit(findings: readonly Finding[], files: readonly string[]): string {
  const suites = files.map((file) =>
    suiteOf(
      file,
      findings.filter((finding) => finding.file === file),
    ),
  );
  const failures = findings.filter(isFailure).length;
  const tests = suites.reduce((sum, { tests: count }) => sum + count, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kops-statesync" tests="${tests}" failures="${failures}">`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf(file: string, findings: readonly Finding[]): { readonly tests: number; readonly xml: string } {
  const cases =
    findings.length === 0 ? [`    <testcase classname="${escapeXml(file)}" name="valid"/>`] : findings.map(caseOf);
  const failures = findings.filter(isFailure).length;
  const head = `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failures}">`;
  return { tests: cases.length, xml: [head, ...cases, '  </testsuite>'].join('\n') };
}

function caseOf(finding: Finding): string {
  const { file, rule, range, message, severity } = finding;
  const place = `${file}:${range.start.line}:${range.start.column}`;
  const body = isFailure(finding)
    ? `<failure type="${rule}" message="${escapeXml(message)}">${escapeXml(place)}</failure>`
    : `<system-out>${escapeXml(`${severity}: ${message}`)}</system-out>`;
  return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(`${rule} at ${range.start.line}:${range.start.column}`)}">${body}</testcase>`;
}

function isFailure({ severity }: Finding): boolean {
  return severity === 'error';
}

/** XML 1.0 has no way to write most control characters; they are left out. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return [...text]
    .filter((sign) => sign >= ' ' || sign === '\t' || sign === '\n')
    .map((sign) => entities[sign] ?? sign)
    .join('');
}

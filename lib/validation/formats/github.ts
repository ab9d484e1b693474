import type { Finding } from '../finding.ts';
import type { Severity } from '../rule.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Findings as annotations of a pull request: workflow commands that a GitHub Actions runner reads from a step's output
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
export function toGithub(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, file, range, rule, message, waiver }) => {
      const { start, end } = range;
      const oneLine = start.line === end.line ? `,col=${start.column},endColumn=${end.column}` : '';
      const place = `file=${property(file)},line=${start.line},endLine=${end.line}${oneLine},title=${property(rule)}`;
      return waiver === undefined
        ? `::${commands[severity]} ${place}::${data(message)}\n`
        : `::notice ${place}::${data(`waived until ${waiver.expires} (${waiver.reason}): ${message}`)}\n`;
    })
    .join('');
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

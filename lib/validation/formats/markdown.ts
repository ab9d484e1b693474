import type { Finding } from '../finding.ts';

const signs = { error: '❌', warning: '⚠️', info: 'ℹ️' } as const;

/** Findings as a comment of a pull request: a sentence, and a table where there are any. */
export function toMarkdown(findings: readonly Finding[], files: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const head = `**statesync validate**: ${plural(files, 'file')}, ${plural(errors, 'error')}, ${plural(findings.length - errors, 'other finding')}.`;
  if (findings.length === 0) {
    return `${head}\n`;
  }
  const rows = findings.map(
    ({ severity, file, range, rule, message }) =>
      `| ${signs[severity]} | \`${cell(file)}:${range.start.line}\` | ${rule} | ${cell(message)} |`,
  );
  return [head, '', '| | where | rule | what |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|<>`]/g, (sign) => `\\${sign}`);
}

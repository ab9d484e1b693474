import { type Finding, isOpen } from '../finding.ts';

const signs = { error: '❌', warning: '⚠️', info: 'ℹ️' } as const;

/** Findings as a comment of a pull request: a sentence, which names the command, and a table where there are any. */
export function toMarkdown(findings: readonly Finding[], files: number, command = 'validate'): string {
  const open = findings.filter(isOpen);
  const errors = open.filter(({ severity }) => severity === 'error').length;
  const head = `**statesync ${command}**: ${plural(files, 'file')}, ${plural(errors, 'error')}, ${plural(open.length - errors, 'other finding')}.`;
  if (findings.length === 0) {
    return `${head}\n`;
  }
  const rows = findings.map(
    ({ severity, file, range, rule, message, waiver }) =>
      `| ${waiver === undefined ? signs[severity] : 'waived'} | ${code(`${file}:${range.start.line}`)} | ${cell(rule)} | ${cell(message + waived(waiver))} |`,
  );
  return [head, '', '| | where | rule | what |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function waived(waiver: Finding['waiver']): string {
  return waiver === undefined ? '' : ` (waived until ${waiver.expires}: ${waiver.reason})`;
}

/** Text on one line, in which no sign has a meaning of its own. */
function cell(text: string): string {
  return oneLine(text).replace(/[\\|<>`*_[\]~&]/g, (sign) => `\\${sign}`);
}

/** A place as code, where nothing in it has a meaning; a backslash before a pipe cannot be written inside of code in a table. */
function code(text: string): string {
  return /[`|\\]|^\s|\s$/.test(oneLine(text)) ? cell(text) : `\`${oneLine(text)}\``;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

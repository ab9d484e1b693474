import { coverSecrets } from '../../config/secret-mask.ts';
import type { SourceRange } from '../manifest/document.ts';
import { pointerSteps } from '../pointer.ts';
import type { LineTest } from '../secret-lines.ts';
import { coverUserInfo, mayHoldSecret } from '../secrets.ts';

/** How much of a long line is shown, and how much of it before the caret. */
const shownLength = 120;
const lead = 40;
/** Longer lines are not shown: no person writes them, and looking for secrets in them takes long. */
const longestLine = 2_000;

/** A line of a manifest as it may be shown on a terminal, of the same length: secrets and control characters covered. Undefined where it is too long. */
export function shownLine(line: string): string | undefined {
  const whole = line.replace(/\r$/, '');
  return whole.length > longestLine ? undefined : harmless(coverUserInfo(coverSecrets(whole)), '\t');
}

/** A text of the same length in which nothing is left that a terminal would obey: control characters, and those that turn its direction round. */
export function harmless(text: string, kept = ''): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (sign) => (sign === kept ? sign : '·'));
}

/** What an excerpt is of. */
interface Place {
  readonly range: SourceRange;
  readonly pointer: string;
}

/**
 * The line that a finding stands on, with carets below; empty where it cannot be shown, or may hold a secret. What is cut off of a long line
 * is marked with `…`.
 *
 *        4 |   kubernetesVersion: latest
 *          |                      ^^^^^^
 */
export function excerptOf(text: string, { range, pointer }: Place, isSecret: LineTest): string {
  const { line, column } = range.start;
  const whole = shownLine(text.split('\n', line)[line - 1] ?? '') ?? '';
  if (whole.trim() === '' || isSecret(line) || mayHoldSecret(pointerSteps(pointer), undefined)) {
    return '';
  }
  const start = column > shownLength ? column - 1 - lead : 0;
  const shown = marked(whole, start);
  const before = shown.slice(0, column - 1 - start).replace(/[^\t]/g, ' ');
  const end = range.end.line === line ? range.end.column : whole.length + 1;
  const carets = '^'.repeat(Math.max(1, Math.min(end - column, shown.length - before.length)));
  return `${String(line).padStart(5)} | ${shown}\n      | ${before}${carets}`;
}

/** The part of a line that is shown, with a mark in the place of its last sign on each side where something is cut off. */
function marked(whole: string, start: number): string {
  const part = whole.slice(start, start + shownLength);
  const left = start > 0 ? `…${part.slice(1)}` : part;
  return start + shownLength < whole.length ? `${left.slice(0, -1)}…` : left;
}

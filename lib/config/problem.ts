/** Something wrong with a configuration file, or worth a warning. */
export interface Problem {
  /** The name of the file, as the caller gave it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** How many units are meant; at least 1. */
  readonly length: number;
  /** The value, as a JSON pointer (RFC 6901); empty for the whole file. */
  readonly pointer: string;
  /** One sentence: what is wrong, what was expected, what to do. Holds no secret. */
  readonly message: string;
  /** The line, with every secret in it covered; empty where the file could not be read. */
  readonly excerpt: string;
}

/** How much of a long line is shown, and how much of it before the caret. */
const excerptLength = 120;
const lead = 40;

/**
 * Writes a problem for a terminal: position, sentence and pointer, and below them the line with a caret.
 *
 *     statesync.yaml:4:5: unknown field "regoin"; did you mean "region"? (at /stores/prod/regoin)
 *         4 |     regoin: eu-west-1
 *           |     ^^^^^^
 */
export function formatProblem(problem: Problem): string {
  const { file, line, column, length, pointer, message, excerpt } = problem;
  const head = `${file}:${line}:${column}: ${message}${pointer === '' ? '' : ` (at ${pointer})`}`;
  if (excerpt.trim() === '') {
    return head;
  }
  const start = column > excerptLength ? column - 1 - lead : 0;
  const shown = excerpt.slice(start, start + excerptLength);
  const before = shown.slice(0, column - 1 - start).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  return `${head}\n${String(line).padStart(5)} | ${shown}\n      | ${before}${carets}`;
}

/** Writes a path as a JSON pointer (RFC 6901). */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

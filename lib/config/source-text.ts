import { LineCounter } from 'yaml';
import type { Problem } from './problem.ts';
import { coverRanges, coverSecrets } from './secret-mask.ts';

/** UTF-16 offsets into the text, the end excluded. */
export type Range = readonly [start: number, end: number];

/** Where something stands in the file. */
export interface Position {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Longer lines are not shown: no person writes them, and looking for secrets in them takes long. */
const maxShownLine = 2000;

/** The text of a configuration file: turns offsets into positions, and positions into problems with an excerpt. */
export class SourceText {
  readonly file: string;
  readonly #text: string;
  readonly #covered: string;
  readonly #lines = new LineCounter();

  /** `secrets` are the ranges that no excerpt may show. */
  constructor(text: string, file: string, secrets: readonly Range[] = []) {
    this.file = file;
    this.#text = text;
    this.#covered = coverRanges(text, secrets);
    this.#lines.addNewLine(0);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
  }

  positionOf(offset: number): Position {
    const { line, col } = this.#lines.linePos(Math.min(Math.max(0, offset), this.#text.length));
    return { file: this.file, line, column: col };
  }

  /** A problem of the given range; of a longer one, its first line is shown. */
  problem([start, end]: Range, pointer: string, message: string): Problem {
    const position = this.positionOf(start);
    const lineStart = start - (position.column - 1);
    const lineEnd = this.#covered.indexOf('\n', lineStart);
    const line = this.#covered.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).replace(/\r$/, '');
    const length = Math.max(1, Math.min(end - start, line.length - (position.column - 1)));
    return {
      ...position,
      length,
      pointer,
      message: coverSecrets(message),
      excerpt: line.length > maxShownLine ? '' : coverSecrets(line),
    };
  }
}

import { LineCounter } from 'yaml';
import type { SourcePosition, SourceRange } from './document.ts';

/** Turns offsets into a text into lines and columns. */
export class TextPositions {
  readonly #lines = new LineCounter();
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    this.#lines.addNewLine(0);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#lines.addNewLine(at + 1);
    }
  }

  at(offset: number): SourcePosition {
    const { line, col } = this.#lines.linePos(Math.min(Math.max(0, offset), this.#length));
    return { line, column: col };
  }

  range(start: number, end: number): SourceRange {
    return { start: this.at(start), end: this.at(Math.max(start, end)) };
  }
}

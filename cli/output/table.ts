import { printable } from './text.ts';

/** One column of a table. */
export interface Column {
  readonly title: string;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
}

const gap = '  ';

/** Lays out rows under titles, each column as wide as its widest cell; nothing but the titles where there are no rows. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines
    .map((line) => columns.map(({ align }, index) => pad(line[index] ?? '', widths[index] ?? 0, align)).join(gap))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Fills a cell up with spaces. */
export function pad(text: string, width: number, align: Column['align'] = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? fill + text : text + fill;
}

/** Characters, as a person counts them. */
function widthOf(text: string): number {
  return [...segmenter.segment(text)].length;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

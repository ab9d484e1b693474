/** One measured figure. */
export interface Row {
  /** `BENCH: what was measured`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** How it came about. */
  readonly detail: string;
  /** The most that the value may be; a run with a higher one fails. */
  readonly atMost?: number;
}

/** Whether a row keeps its bound. A value that is no number keeps none. */
export function isKept({ value, atMost }: Row): boolean {
  return atMost === undefined || value <= atMost;
}

/** Lays rows out as a table: name, value, bound, detail. */
export function tableOf(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    isKept(row) ? ' ' : '✗',
    row.name,
    `${format(row.value)} ${row.unit}`,
    row.atMost === undefined ? '' : `≤ ${format(row.atMost)}`,
    row.detail,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((cell) => cell[column]?.length ?? 0)));
  return cells.map((cell) =>
    cell
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The middle value; of an even count, the lower one of the two. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.floor((ascending.length - 1) / 2)] ?? Number.NaN;
}

/** Bytes as mebibytes. */
export function mebibytes(bytes: number): number {
  return bytes / 2 ** 20;
}

/** Whole numbers as they are, others with three digits that count. */
function format(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) {
    return String(Math.round(value));
  }
  return value.toPrecision(3);
}

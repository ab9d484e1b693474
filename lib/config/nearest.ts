/** The candidate that a mistyped word most likely means; undefined when none is near enough to say so. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? '' : `; did you mean ${JSON.stringify(candidate)}?`;
}

/** Insertions, deletions, changes, and swaps of neighbours, that make one word of the other (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) {
    return a === b ? 0 : 64;
  }
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row.push(cell(a, b, i, j, rows, row));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function cell(a: string, b: string, i: number, j: number, rows: readonly number[][], row: readonly number[]): number {
  const above = (back: number, column: number): number => rows[i - back]?.[column] ?? 0;
  const change = above(1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return Math.min(
    above(1, j) + 1,
    (row[j - 1] ?? 0) + 1,
    change,
    swapped ? above(2, j - 2) + 1 : Number.POSITIVE_INFINITY,
  );
}

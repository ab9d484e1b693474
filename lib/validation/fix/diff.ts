import { shownLine } from '../formats/excerpt.ts';
import { secretLines } from '../secret-lines.ts';

/** Lines shown around a change. */
const around = 3;

/** A line of a diff: in which of the texts it stands, and at which index of each. */
interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly before: number;
  readonly after: number;
}

/**
 * The difference of two versions of a manifest as a unified diff; empty where there is none. What may hold a secret is not shown.
 */
export function diffOf(file: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const lines = compare(old, now);
  const [shownOld, shownNow] = [shownLines(file, before, old), shownLines(file, after, now)];
  const textOf = ({ sign, ...at }: Line): string =>
    sign + ((sign === '+' ? shownNow[at.after] : shownOld[at.before]) ?? '');
  const hunks = hunksOf(lines).map((hunk) => `${headOf(hunk)}\n${hunk.map(textOf).join('\n')}\n`);
  return hunks.length === 0 ? '' : `--- ${shownLine(file)}\n+++ ${shownLine(file)}\n${hunks.join('')}`;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function shownLines(file: string, text: string, lines: readonly string[]): readonly string[] {
  const isSecret = secretLines(file, text);
  return lines.map((line, index) => (isSecret(index + 1) ? undefined : shownLine(line)) ?? '(not shown)');
}

/** The lines of changes with those around them, in parts that do not touch. */
function hunksOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const changed = [...lines.keys()].filter((index) => lines[index]?.sign !== ' ');
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && index - around <= last.to) {
      last.to = index + around + 1;
    } else {
      hunks.push({ from: Math.max(0, index - around), to: index + around + 1 });
    }
  }
  return hunks.map(({ from, to }) => lines.slice(from, to));
}

function headOf(hunk: readonly Line[]): string {
  const range = (side: 'before' | 'after', other: '+' | '-'): string =>
    `${(hunk[0]?.[side] ?? 0) + 1},${hunk.filter(({ sign }) => sign !== other).length}`;
  return `@@ -${range('before', '+')} +${range('after', '-')} @@`;
}

/** The shortest way from one list of lines to the other (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). */
function compare(old: readonly string[], now: readonly string[]): readonly Line[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const history: ReadonlyMap<number, number>[] = [];
  for (let changes = 0; changes <= old.length + now.length; changes += 1) {
    history.push(new Map(furthest));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let before = startOn(diagonal, changes, furthest);
      while (before < old.length && before - diagonal < now.length && old[before] === now[before - diagonal]) {
        before += 1;
      }
      furthest.set(diagonal, before);
      if (before >= old.length && before - diagonal >= now.length) {
        return wayBack(history, old.length, now.length);
      }
    }
  }
  return [];
}

/** Where the diagonal is reached with one change more: by a line that was added, or one that was removed. */
function startOn(diagonal: number, changes: number, furthest: ReadonlyMap<number, number>): number {
  const [below, above] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
  return isAdded(diagonal, changes, furthest) ? below : above + 1;
}

function isAdded(diagonal: number, changes: number, furthest: ReadonlyMap<number, number>): boolean {
  const [below, above] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
  return diagonal === -changes || (diagonal !== changes && above < below);
}

function wayBack(
  history: readonly ReadonlyMap<number, number>[],
  oldLength: number,
  newLength: number,
): readonly Line[] {
  const lines: Line[] = [];
  let [before, after] = [oldLength, newLength];
  for (const [changes, furthest] of [...history.entries()].reverse()) {
    const sign = isAdded(before - after, changes, furthest) ? '+' : '-';
    const diagonal = before - after + (sign === '+' ? 1 : -1);
    const from = furthest.get(diagonal) ?? 0;
    const kept = before - (sign === '+' ? from : from + 1);
    lines.push(
      ...Array.from({ length: kept }, (_, i): Line => ({ sign: ' ', before: before - i - 1, after: after - i - 1 })),
    );
    [before, after] = [from, from - diagonal];
    lines.push(...(changes > 0 ? [{ sign, before, after } as const] : []));
  }
  return lines.reverse();
}

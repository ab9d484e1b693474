/**
 * Whether a glob fits the whole of a name. `*` stands for any signs, dots and slashes too, `?` for one; all else for itself.
 *
 * Needs at most the product of both lengths: no glob is slow.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < name.length; ) {
    if (glob[at] === '*') {
      star = at;
      retry = i;
      at += 1;
    } else if (glob[at] === '?' || glob[at] === name[i]) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      // The last star takes one sign more.
      at = star + 1;
      retry += 1;
      i = retry;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(at));
}

/** Whether some name fits both globs. */
export function globsMeet(a: string, b: string): boolean {
  // rows[i][j]: some text fits both what is left of `a` at i and what is left of `b` at j.
  const rows: boolean[][] = Array.from({ length: a.length + 2 }, () => []);
  const at = (i: number, j: number): boolean => rows[i]?.[j] === true;
  for (let i = a.length; i >= 0; i -= 1) {
    for (let j = b.length; j >= 0; j -= 1) {
      const ends = i === a.length && j === b.length;
      const stretches = (a[i] === '*' || b[j] === '*') && (at(i + 1, j) || at(i, j + 1));
      (rows[i] ?? [])[j] = ends || stretches || (sameSign(a[i], b[j]) && at(i + 1, j + 1));
    }
  }
  return at(0, 0);
}

function sameSign(a: string | undefined, b: string | undefined): boolean {
  return a === b || a === '?' || b === '?';
}

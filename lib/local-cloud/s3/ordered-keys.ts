/** A set of keys that can be read in the order in which S3 lists them: by the bytes of their UTF-8. */
export class OrderedKeys {
  #sorted: readonly string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  add(key: string): void {
    if (!this.#removed.delete(key)) {
      this.#added.add(key);
    }
  }

  remove(key: string): void {
    if (!this.#added.delete(key)) {
      this.#removed.add(key);
    }
  }

  /** All keys in order. Changes since the last call are merged in now, so that writes stay cheap. */
  list(): readonly string[] {
    if (this.#removed.size > 0) {
      this.#sorted = this.#sorted.filter((key) => !this.#removed.has(key));
      this.#removed.clear();
    }
    if (this.#added.size > 0) {
      this.#sorted = merge(this.#sorted, [...this.#added].sort(compareKeys));
      this.#added.clear();
    }
    return this.#sorted;
  }
}

/** Orders two keys by the bytes of their UTF-8, which is the order of their code points. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) {
      return rank(left) - rank(right);
    }
  }
  return a.length - b.length;
}

/** The first index whose key fulfils the condition, for a condition that holds from some key on. */
export function firstIndex(keys: readonly string[], condition: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(keys[middle] ?? '')) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Surrogates stand for code points above all others, but their own numbers lie below U+E000. */
function rank(unit: number): number {
  if (unit < 0xd800) {
    return unit;
  }
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function merge(left: readonly string[], right: readonly string[]): readonly string[] {
  const merged: string[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const a = left[l];
    const b = right[r];
    if (b === undefined || (a !== undefined && compareKeys(a, b) < 0)) {
      merged.push(a ?? '');
      l += 1;
    } else {
      merged.push(b);
      r += 1;
    }
  }
  return merged;
}

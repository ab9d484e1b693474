import { compareKeys } from './keys.ts';
import type { ListOptions } from './types.ts';

/** What a listing meets: a raw key, or a prefix that stands for all keys beneath it. */
export interface ListItem {
  readonly kind: 'key' | 'prefix';
  readonly text: string;
}

/** Keys in ascending UTF-8 byte order, by index. An array is one; so is a function that makes keys up. */
export interface SortedKeys {
  readonly length: number;
  at(index: number): string | undefined;
}

/** The smallest text that a listing with these options may still return. A page token is such a text, encoded. */
export function startOf({ startAfter, pageToken }: Pick<ListOptions, 'startAfter' | 'pageToken'>): string {
  if (pageToken !== undefined) {
    return Buffer.from(pageToken, 'base64url').toString();
  }
  return startAfter === undefined ? '' : `${startAfter}\0`;
}

/** Takes one page of items, and the token of the next page when there are more. */
export async function takePage(
  items: Iterable<ListItem> | AsyncIterable<ListItem>,
  pageSize: number,
): Promise<{ readonly items: readonly ListItem[]; readonly nextPageToken?: string }> {
  const taken: ListItem[] = [];
  for await (const item of items) {
    const last = taken.at(-1);
    if (taken.length === pageSize && last !== undefined) {
      return { items: taken, nextPageToken: Buffer.from(textAfter(last)).toString('base64url') };
    }
    taken.push(item);
  }
  return { items: taken };
}

/** Walks sorted keys from `start` on, with prefix and delimiter. */
export function* walkKeys(
  keys: SortedKeys,
  { prefix, delimiter }: Pick<ListOptions, 'prefix' | 'delimiter'>,
  start: string,
): Generator<ListItem, void, undefined> {
  let index = lowerBound(keys, compareKeys(prefix, start) > 0 ? prefix : start);
  for (let key = keys.at(index); index < keys.length && key?.startsWith(prefix); key = keys.at(index)) {
    const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const item: ListItem = end < 0 ? { kind: 'key', text: key } : { kind: 'prefix', text: key.slice(0, end + 1) };
    yield item;
    index = end < 0 ? index + 1 : lowerBound(keys, textAfter(item));
  }
}

/** The index of the first key that is not before `text`. */
export function lowerBound(keys: SortedKeys, text: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys.at(middle) ?? '', text) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The smallest text behind an item: `0` follows `/`, the last character of every rolled-up prefix. */
function textAfter({ kind, text }: ListItem): string {
  return kind === 'key' ? `${text}\0` : `${text.slice(0, -1)}0`;
}

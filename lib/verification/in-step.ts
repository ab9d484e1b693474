import { VfsError } from '../vfs/errors.ts';
import { inKeyOrder } from '../vfs/key-order.ts';
import { compareKeys } from '../vfs/keys.ts';
import type { Store } from '../vfs/store.ts';
import type { ListPage, ObjectEntry } from '../vfs/types.ts';

/** What two listings say of one key; at least one of them has it. */
export interface Sides {
  readonly key: string;
  readonly a?: ObjectEntry;
  readonly b?: ObjectEntry;
}

/** What is listed of a store. */
export interface EntriesOptions {
  readonly prefix: string;
  readonly signal: AbortSignal;
  /** Told of raw keys that are no object keys, such as the markers of directories: they are left out. */
  readonly onMarker: (text: string) => void;
}

/**
 * Lists a store in the order of keys.
 *
 * A store that does not list in order is sorted in memory. Rejects with `Unknown` when one that promises order breaks it: two listings that are
 * walked in step would then show differences that are none.
 */
export async function* entriesInOrder(store: Store, options: EntriesOptions): AsyncGenerator<ObjectEntry> {
  let last: string | undefined;
  for await (const entry of inKeyOrder(store, entriesOf(store, options))) {
    if (last !== undefined && compareKeys(last, entry.key) >= 0) {
      const reason = `the listing is not in the order of keys: ${JSON.stringify(entry.key)} came after ${JSON.stringify(last)}`;
      throw new VfsError({ code: 'Unknown', operation: 'list', target: store.url, reason });
    }
    last = entry.key;
    yield entry;
  }
}

/** Walks two listings in step. Both come in ascending order of keys; memory does not grow with them. */
export async function* inStep(a: AsyncGenerator<ObjectEntry>, b: AsyncGenerator<ObjectEntry>): AsyncGenerator<Sides> {
  try {
    let [x, y] = await Promise.all([take(a), take(b)]);
    for (let sides = firstOf(x, y); sides !== undefined; sides = firstOf(x, y)) {
      yield sides;
      [x, y] = await Promise.all([sides.a ? take(a) : x, sides.b ? take(b) : y]);
    }
  } finally {
    await Promise.allSettled([a.return(undefined), b.return(undefined)]);
  }
}

/** The next entry; undefined at the end. */
async function take(entries: AsyncGenerator<ObjectEntry>): Promise<ObjectEntry | undefined> {
  const next = await entries.next();
  return next.done === true ? undefined : next.value;
}

/** What comes first of two heads: one of them, or both where they have one key. */
function firstOf(a: ObjectEntry | undefined, b: ObjectEntry | undefined): Sides | undefined {
  if (a === undefined || b === undefined) {
    const only = a ?? b;
    return only && { key: only.key, ...(a && { a }), ...(b && { b }) };
  }
  const order = compareKeys(a.key, b.key);
  if (order === 0) {
    return { key: a.key, a, b };
  }
  return order < 0 ? { key: a.key, a } : { key: b.key, b };
}

async function* entriesOf(store: Store, { prefix, signal, onMarker }: EntriesOptions): AsyncGenerator<ObjectEntry> {
  let page: ListPage | undefined;
  do {
    const pageToken = page?.nextPageToken;
    page = await store.listPage(prefix, { signal, ...(pageToken !== undefined && { pageToken }) });
    page.markers.forEach(onMarker);
    yield* page.entries;
  } while (page.nextPageToken !== undefined);
}

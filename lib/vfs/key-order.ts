import { compareKeys } from './keys.ts';
import type { Store } from './store.ts';
import type { ObjectEntry } from './types.ts';

/**
 * The entries of a listing in the order of keys: as they come, from a store that lists in order; else gathered and sorted, in
 * memory that grows with what lies under the prefix.
 */
export async function* inKeyOrder(
  { capabilities }: Pick<Store, 'capabilities'>,
  entries: AsyncIterable<ObjectEntry>,
): AsyncGenerator<ObjectEntry, void, undefined> {
  if (capabilities.listSorted) {
    yield* entries;
    return;
  }
  const all: ObjectEntry[] = [];
  for await (const entry of entries) {
    all.push(entry);
  }
  yield* all.sort((a, b) => compareKeys(a.key, b.key));
}

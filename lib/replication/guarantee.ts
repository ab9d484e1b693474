import type { Store } from '../vfs/store.ts';

/**
 * What a pair of stores can promise (docs/stores.md).
 *
 * `cas`: the source's reads are strongly consistent, and the destination has conditional write and delete.
 */
export type Guarantee = 'cas' | 'none';

/** The guarantee of a pair, and what it lacks for the next better one. */
export function guaranteeOf(
  source: Store,
  destination: Store,
): { readonly guarantee: Guarantee; readonly missing: readonly string[] } {
  const { writeIfAbsent, writeIfMatch, deleteIfMatch } = destination.capabilities;
  const missing = [
    ...(source.capabilities.stronglyConsistent ? [] : [`${source.url} may answer with an older revision`]),
    ...(writeIfAbsent ? [] : [`${destination.url} has no conditional create`]),
    ...(writeIfMatch ? [] : [`${destination.url} has no conditional overwrite`]),
    ...(deleteIfMatch ? [] : [`${destination.url} has no conditional delete`]),
  ];
  return { guarantee: missing.length === 0 ? 'cas' : 'none', missing };
}

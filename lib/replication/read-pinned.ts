import { VfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import type { ByteRange, ReadResult, Revision } from '../vfs/types.ts';

/**
 * Opens an object at one revision. Rejects with `PreconditionFailed` when it has another, whether or not the store has pinned reads: content and
 * stat come together, so a store without them is compared afterwards.
 */
export async function readPinned(
  store: Store,
  key: string,
  revision: Revision,
  options: { readonly signal: AbortSignal; readonly range?: ByteRange },
): Promise<ReadResult> {
  const result = await store.read(key, store.capabilities.readIfMatch ? { ...options, ifMatch: revision } : options);
  if (result.stat.revision !== revision) {
    await result.body.cancel();
    const reason = `revision ${result.stat.revision} is there, and ${revision} was wanted`;
    throw new VfsError({ code: 'PreconditionFailed', operation: 'read', target: `${store.url}/${key}`, reason });
  }
  return result;
}

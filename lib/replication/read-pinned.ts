import { collect } from '../vfs/body.ts';
import { isVfsError, VfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import type { ByteRange, ObjectBody, ObjectStat, ReadResult, Revision } from '../vfs/types.ts';

export interface PinnedOptions {
  readonly signal: AbortSignal;
  readonly range?: ByteRange;
}

/** How often a body that broke off is opened again: no layer below can, once it handed the body over. */
const reopenings = 2;

/**
 * Opens an object at one revision. Rejects with `PreconditionFailed` when it has another, whether or not the store has pinned reads: content and
 * stat come together, so a store without them is compared afterwards.
 */
export async function readPinned(
  store: Store,
  key: string,
  revision: Revision,
  options: PinnedOptions,
): Promise<ReadResult> {
  const result = await store.read(key, store.capabilities.readIfMatch ? { ...options, ifMatch: revision } : options);
  if (result.stat.revision !== revision) {
    await result.body.cancel();
    const reason = `revision ${result.stat.revision} is there, and ${revision} was wanted`;
    throw new VfsError({ code: 'PreconditionFailed', operation: 'read', target: `${store.url}/${key}`, reason });
  }
  return result;
}

/**
 * Reads an object, or a range of it, into memory at the revision of its stat. `opened` is a body of it that is open already.
 *
 * Rejects with `TooLarge` when more bytes come than the stat says.
 */
export async function collectPinned(
  store: Store,
  { key, revision, size }: ObjectStat,
  options: PinnedOptions,
  opened?: ObjectBody,
): Promise<Uint8Array> {
  const limit = options.range?.length ?? size;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const fresh = attempt === 0 ? opened : undefined;
      return await collect(fresh ?? (await readPinned(store, key, revision, options)).body, limit);
    } catch (error) {
      if (!isVfsError(error) || !error.retryable || attempt >= reopenings) {
        throw error;
      }
    }
  }
}

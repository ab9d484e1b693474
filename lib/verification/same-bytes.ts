import { createHash } from 'node:crypto';
import { proofOf } from '../vfs/checksums.ts';
import { isVfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectEntry } from '../vfs/types.ts';

/** A key on both sides. */
export interface SameKey {
  readonly a: Store;
  readonly b: Store;
  readonly key: string;
  readonly signal: AbortSignal;
}

const attempts = 3;

/** Reads both objects to their ends and compares size and SHA-256. Rejects with `VfsError` when either cannot be read. */
export async function sameBytes({ a, b, key, signal }: SameKey): Promise<boolean> {
  const [left, right] = await Promise.allSettled([digestOf(a, key, signal), digestOf(b, key, signal)]);
  if (left.status === 'rejected') {
    throw left.reason;
  }
  if (right.status === 'rejected') {
    throw right.reason;
  }
  return left.value === right.value;
}

/** Whether digests that both stores hold over the full content prove equality, first by the listings, then by a look at both objects. */
export async function provedByDigest(
  entries: { readonly a: ObjectEntry; readonly b: ObjectEntry },
  { a, b, key, signal }: SameKey,
): Promise<boolean> {
  const sameTag = entries.a.contentTag !== undefined && entries.a.contentTag === entries.b.contentTag;
  if (sameTag || proofOf(entries.a.checksums ?? {}, entries.b.checksums ?? {}) !== undefined) {
    return true;
  }
  const [left, right] = await Promise.all([a.stat(key, { signal }), b.stat(key, { signal })]);
  return left.size === right.size && proofOf(left.checksums, right.checksums) !== undefined;
}

/** Size and SHA-256 of an object, in one text. A body that breaks off is read again from its start. */
async function digestOf(store: Store, key: string, signal: AbortSignal): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readDigest(store, key, signal);
    } catch (error) {
      if (attempt === attempts || !isVfsError(error) || !error.retryable || signal.aborted) {
        throw error;
      }
    }
  }
}

async function readDigest(store: Store, key: string, signal: AbortSignal): Promise<string> {
  const { body } = await store.read(key, { signal });
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return `${size} ${hash.digest('hex')}`;
}

import { settleAll } from '../flow/concurrency.ts';
import { DigestTap } from '../vfs/checksums.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectStat, Revision } from '../vfs/types.ts';
import { readPinned } from './read-pinned.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Reads a source object and its replica, each pinned to its revision, and says whether their bytes are the same. */
export async function sameContent(
  { source, destination, signal }: ReplicationContext,
  stat: ObjectStat,
  replica: Revision,
): Promise<boolean> {
  const [a, b] = await settleAll([
    sha256Of(source, stat.key, stat.revision, signal),
    sha256Of(destination, stat.key, replica, signal),
  ]);
  return a === b;
}

/** The SHA-256 of an object at one revision, read as a stream. Rejects with `PreconditionFailed` when it has another. */
export async function sha256Of(
  store: Store,
  key: string,
  revision: Revision,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { body } = await readPinned(store, key, revision, { signal });
  const tap = await DigestTap.create(['sha256']);
  for await (const chunk of body) {
    tap.update(chunk);
  }
  return tap.finish().sha256;
}

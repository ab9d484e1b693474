import { ownDirectory } from '../../kops/layout.ts';
import { textSource } from '../../vfs/body.ts';
import type { Store } from '../../vfs/store.ts';
import type { Revision } from '../../vfs/types.ts';
import { denialOf, type Tried, triedOf } from './role-trials.ts';

/**
 * Tries what a writer does, with one object under `.statesync/`, which is removed again, with its history where that is allowed. A denied
 * delete names the key that is left. Rejects with `VfsError` where a store fails otherwise than by denying; it tidies up then too.
 */
export async function tryWriting(store: Store, name: string, signal: AbortSignal): Promise<readonly Tried[]> {
  const key = `${ownDirectory}/doctor-${name}`;
  const source = textSource('A trial of statesync doctor, which removes it.\n');
  let isThere = true;
  try {
    let revision: Revision | undefined;
    const writing = await denialOf(async () => {
      ({ revision } = await store.write(key, source, { signal }));
    });
    const written = triedOf('s3:PutObject', writing, key);
    if (revision === undefined) {
      isThere = false;
      return [written, ...untriedWriting(store, 'nothing could be written').slice(1)];
    }
    const reading = triedOf('s3:GetObject', await denialOf(() => readThrough(store, key, signal)), key);
    const upload = await tryUpload(store, key, signal);
    const deleting = await denialOf(() => deleteRevision(store, key, revision as Revision, signal));
    isThere = deleting !== undefined;
    return [written, reading, ...upload, triedOf('s3:DeleteObject', deleting, key)];
  } finally {
    await tidy(store, key, isThere);
  }
}

/** What `tryWriting` would try, of which nothing is tried. */
export function untriedWriting({ capabilities }: Store, reason: string): readonly Tried[] {
  const upload = capabilities.multipart ? (['s3:AbortMultipartUpload'] as const) : [];
  return (['s3:PutObject', 's3:DeleteObject', ...upload] as const).map((action) => ({
    action,
    outcome: 'untried',
    reason,
  }));
}

async function readThrough(store: Store, key: string, signal: AbortSignal): Promise<void> {
  const { body } = await store.read(key, { signal });
  await body.cancel();
}

/** As replicating deletes: nothing but what was looked at, where the store has a condition for that. */
function deleteRevision(store: Store, key: string, revision: Revision, signal: AbortSignal): Promise<void> {
  const precondition = { kind: 'if-match', revision } as const;
  return store.delete(key, { signal, ...(store.capabilities.deleteIfMatch ? { precondition } : {}) });
}

/** Begins an upload and gives it up, where the store takes objects in parts. */
async function tryUpload(store: Store, key: string, signal: AbortSignal): Promise<readonly Tried[]> {
  if (!store.capabilities.multipart) {
    return [];
  }
  const upload = await store.uploads.begin(key, { signal, headers: {}, metadata: {} });
  return [triedOf('s3:AbortMultipartUpload', await denialOf(() => store.uploads.abort(upload, signal)), key)];
}

/** Removes what is left, as far as that is allowed; what went wrong before is what is told. */
async function tidy(store: Store, key: string, isThere: boolean): Promise<void> {
  const signal = new AbortController().signal; // Also for a user who gave up.
  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => {});
  await (isThere ? quietly(store.delete(key, { signal })) : undefined);
  if (store.capabilities.versions) {
    await quietly(deleteHistory(store, key, signal));
  }
}

async function deleteHistory(store: Store, key: string, signal: AbortSignal): Promise<void> {
  for await (const { key: found, versionId } of store.versions.list(key, signal)) {
    await (found === key ? store.versions.delete(key, versionId, signal) : undefined);
  }
}

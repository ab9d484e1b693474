import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeStamp, withoutStamp } from '../../lib/replication/stamp.ts';
import { maxManifestBytes } from '../../lib/validation/manifest/refusals.ts';
import { bytesSource, collect } from '../../lib/vfs/body.ts';
import { isVfsError } from '../../lib/vfs/errors.ts';
import type { Store } from '../../lib/vfs/store.ts';

/** A manifest as it stood at one moment. */
export interface WritableManifest {
  readonly bytes: Uint8Array;
  /** The store whose replica it is; undefined for anything else. */
  readonly replicaOf?: string;
  /** Writes it unless something else stands there by now; resolves to whether it was written. */
  replace(bytes: Uint8Array): Promise<boolean>;
}

/** A file of a store, replaced under the condition that it still has the revision that was read; undefined where it is gone. */
export async function manifestInStore(
  store: Store,
  key: string,
  signal: AbortSignal,
): Promise<WritableManifest | undefined> {
  const found = await readWhole(store, key, signal);
  if (found === undefined) {
    return undefined;
  }
  const { stat: before, bytes } = found;
  const stamp = decodeStamp(before.metadata);
  return {
    bytes,
    ...(stamp === undefined ? {} : { replicaOf: stamp.store }),
    replace: async (wanted) => {
      const precondition = { kind: 'if-match', revision: before.revision } as const;
      const about = { headers: before.headers, metadata: withoutStamp(before.metadata) };
      try {
        await store.write(key, bytesSource(wanted), { signal, precondition, ...about });
        return true;
      } catch (error) {
        if (!isVfsError(error, 'PreconditionFailed') && !isVfsError(error, 'NotFound')) {
          throw error;
        }
        // The answer to an earlier attempt may have been lost: what stands there now tells.
        const now = isVfsError(error) && error.attempted ? await readWhole(store, key, signal) : undefined;
        return now !== undefined && Buffer.from(now.bytes).equals(wanted);
      }
    },
  };
}

async function readWhole(store: Store, key: string, signal: AbortSignal) {
  try {
    const { stat: found, body } = await store.read(key, { signal });
    return { stat: found, bytes: await collect(body, maxManifestBytes) };
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * A file of its own, which keeps its mode and, behind a symbolic link, its place; undefined where it is gone. It is replaced as a whole, right
 * after a look at what stands there: no lock keeps an editor away meanwhile.
 */
export async function manifestOnDisk(cwd: string, file: string): Promise<WritableManifest | undefined> {
  const path = await realpath(resolve(cwd, file)).catch(() => undefined);
  if (path === undefined) {
    return undefined;
  }
  const [bytes, { mode }] = await Promise.all([readFile(path), stat(path)]);
  return {
    bytes,
    replace: async (wanted) => {
      const staged = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
      try {
        await writeNew(staged, wanted, mode);
        const now = await readFile(path).catch(() => undefined);
        if (now?.equals(bytes) !== true) {
          return false;
        }
        await rename(staged, path);
        return true;
      } finally {
        await rm(staged, { force: true });
      }
    },
  };
}

async function writeNew(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode & 0o777);
  try {
    await handle.chmod(mode & 0o777);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

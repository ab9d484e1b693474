import { mapConcurrently } from '../../flow/concurrency.ts';
import { collect } from '../../vfs/body.ts';
import { isVfsError } from '../../vfs/errors.ts';
import type { Store } from '../../vfs/store.ts';
import { maxManifestBytes } from '../manifest/read-manifest.ts';
import type { ManifestFile } from '../validate-manifests.ts';
import { type KopsVersion, parseVersion } from '../versions.ts';

/** The files by which a cluster is configured, as they lie in a store. */
export interface ClusterFiles {
  /** `config` and the instance groups. */
  readonly files: readonly ManifestFile[];
  /** `cluster-completed.spec`, where the cluster was applied before. */
  readonly applied: ManifestFile | undefined;
  /** Of `kops-version.txt`. */
  readonly kopsVersion: KopsVersion | undefined;
}

/** Files read at a time. */
const concurrency = 8;

/**
 * Reads what configures one cluster: a listing of its instance groups and one request for each file. `prefix` ends in `/`. Rejects with
 * `VfsError`.
 */
export async function readClusterFiles(store: Store, prefix: string, signal: AbortSignal): Promise<ClusterFiles> {
  const keys = [`${prefix}config`];
  for await (const { key } of store.list(`${prefix}instancegroup/`, { signal })) {
    keys.push(key);
  }
  const [applied, version, ...files] = await mapConcurrently(
    [`${prefix}cluster-completed.spec`, `${prefix}kops-version.txt`, ...keys],
    concurrency,
    (key) => readFile(store, key, signal),
  );
  return {
    files: files.filter((file) => file !== undefined),
    applied,
    kopsVersion: version === undefined ? undefined : parseVersion(version.text),
  };
}

async function readFile(store: Store, key: string, signal: AbortSignal): Promise<ManifestFile | undefined> {
  try {
    const { body, stat } = await store.read(key, { signal });
    if (stat.size > maxManifestBytes) {
      await body.cancel();
      return { file: key, text: ' '.repeat(maxManifestBytes + 1) }; // Refused by its size, without being read.
    }
    return { file: key, text: Buffer.from(await collect(body, maxManifestBytes)).toString('utf8') };
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      return undefined; // Gone since it was listed, or never there.
    }
    throw error;
  }
}

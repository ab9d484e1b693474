import { mapConcurrently } from '../../flow/concurrency.ts';
import { clusterReferences } from '../../kops/cluster-references.ts';
import { collect } from '../../vfs/body.ts';
import { isVfsError } from '../../vfs/errors.ts';
import type { Store } from '../../vfs/store.ts';
import type { ObjectEntry } from '../../vfs/types.ts';
import { maxManifestBytes } from '../manifest/refusals.ts';
import type { OtherCluster, StoredFile } from '../rule.ts';
import type { ManifestFile } from '../validate-manifests.ts';
import { type KopsVersion, parseVersion } from '../versions.ts';
import { keysOfManifests, keysOfTexts, versionKey } from './rule-inputs.ts';

/** A cluster as it lies in a store, as far as it is validated. */
export interface ClusterFiles {
  /** `config` and the instance groups. */
  readonly files: readonly ManifestFile[];
  /** `cluster-completed.spec`, where the cluster was applied before. */
  readonly applied: ManifestFile | undefined;
  /** Of `kops-version.txt`. */
  readonly kopsVersion: KopsVersion | undefined;
  /** Everything below the prefix, by key relative to it. */
  readonly listing: ReadonlyMap<string, StoredFile>;
  /** The small files that rules of stores read, by key relative to the prefix. */
  readonly texts: ReadonlyMap<string, string>;
}

/** All that is below the prefix of a cluster. */
export type Listed = Iterable<ObjectEntry> | AsyncIterable<ObjectEntry>;

/** Files read at a time. */
const concurrency = 8;

/**
 * Reads one cluster: a listing of all that is below its prefix, and one request for each file that configures it or that a rule reads.
 * `prefix` is empty, or ends in `/`. Rejects with `VfsError`.
 */
export async function readClusterFiles(
  store: Store,
  prefix: string,
  signal: AbortSignal,
  listed: Listed = store.list(prefix, { signal }),
): Promise<ClusterFiles> {
  const listing = new Map<string, StoredFile>();
  for await (const { key, size, modifiedAt } of listed) {
    listing.set(key.slice(prefix.length), { size, modifiedAt });
  }
  const read = (keys: readonly string[]): Promise<(ManifestFile | undefined)[]> =>
    mapConcurrently(keys, concurrency, (key) =>
      listing.has(key) ? readFile(store, `${prefix}${key}`, signal) : Promise.resolve(undefined),
    );
  const groups = [...listing.keys()].filter((key) => key.startsWith('instancegroup/'));
  const [applied, ...files] = await read(['cluster-completed.spec', 'config', ...groups]);
  const texts = new Map<string, string>();
  const readTexts = async (keys: readonly string[]): Promise<void> => {
    for (const [index, file] of (await read(keys)).entries()) {
      if (file !== undefined) {
        texts.set(keys[index] ?? '', file.text);
      }
    }
  };
  await readTexts(keysOfTexts(listing));
  await readTexts(keysOfManifests(listing, texts));
  return {
    files: files.filter((file) => file !== undefined),
    applied,
    kopsVersion: parseVersion(texts.get(versionKey) ?? ''),
    listing,
    texts,
  };
}

/** Where the clusters of a store say that their state lies: one request for each. Those that cannot be understood are left out. */
export async function readOtherClusters(
  store: Store,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<readonly OtherCluster[]> {
  const clusters = await mapConcurrently(prefixes, concurrency, async (prefix) => {
    const config = await readFile(store, `${prefix}config`, signal);
    const result = config && clusterReferences(config.text);
    return result?.kind === 'references'
      ? {
          name: prefix.replace(/\/$/, ''),
          stores: [result.configBase, ...result.others].filter((one) => one !== undefined),
        }
      : undefined;
  });
  return clusters.filter((cluster) => cluster !== undefined);
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
      return undefined; // Gone since it was listed.
    }
    throw error;
  }
}

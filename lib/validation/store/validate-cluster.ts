import type { Store } from '../../vfs/store.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { kopsObjectOf } from '../objects.ts';
import { type ManifestFile, type ManifestReport, validateManifests } from '../validate-manifests.ts';
import type { KopsVersion } from '../versions.ts';
import { readClusterFiles } from './cluster-files.ts';

export interface ClusterReport extends ManifestReport {
  /** What was read. */
  readonly files: readonly ManifestFile[];
}

export interface ClusterOptions {
  readonly signal: AbortSignal;
  /** Wins over the version that the store names. */
  readonly kopsVersion: KopsVersion | undefined;
}

/** Reads and validates one cluster of a store. `prefix` is empty, or ends in `/`. Rejects with `VfsError` when it cannot be read. */
export async function validateCluster(
  store: Store,
  prefix: string,
  { signal, kopsVersion }: ClusterOptions,
): Promise<ClusterReport> {
  const read = await readClusterFiles(store, prefix, signal);
  const applied = read.applied && readManifest(read.applied.text, read.applied.file).documents.map(kopsObjectOf)[0];
  const report = validateManifests(read.files, {
    kopsVersion: kopsVersion ?? read.kopsVersion,
    ...(applied?.kind === 'Cluster' ? { applied } : {}),
  });
  return { ...report, files: read.files };
}

import type { Store } from '../../vfs/store.ts';
import type { KopsObject } from '../kops-object.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { kopsObjectOf } from '../objects.ts';
import type { OtherCluster, StoreRule } from '../rule.ts';
import { inOrder, type ManifestFile, type ManifestReport, validateManifests } from '../validate-manifests.ts';
import type { KopsVersion } from '../versions.ts';
import { readClusterFiles } from './cluster-files.ts';
import { findingsOfStore } from './findings-of-store.ts';
import { allStoreRules } from './store-rule-list.ts';

export interface ClusterReport extends ManifestReport {
  /** What was read and may be shown, and every other file that a finding is about, without its text. */
  readonly files: readonly ManifestFile[];
}

export interface ClusterOptions {
  readonly signal: AbortSignal;
  /** Wins over the version that the store names. */
  readonly kopsVersion: KopsVersion | undefined;
  readonly now: Date;
  /** Clusters of the same store, this one among them or not. */
  readonly clusters?: readonly OtherCluster[];
  /** @default allStoreRules */
  readonly storeRules?: readonly StoreRule[];
}

/** Reads and validates one cluster of a store. `prefix` is empty, or ends in `/`. Rejects with `VfsError` when it cannot be read. */
export async function validateCluster(
  store: Store,
  prefix: string,
  { signal, kopsVersion, now, clusters = [], storeRules = allStoreRules }: ClusterOptions,
): Promise<ClusterReport> {
  const { files, listing, texts, ...read } = await readClusterFiles(store, prefix, signal);
  const applied = read.applied && clusterIn(read.applied);
  const context = { kopsVersion: kopsVersion ?? read.kopsVersion, ...(applied === undefined ? {} : { applied }) };
  const report = validateManifests(files, context);
  const place = { storeUrl: store.url, prefix, files: listing, texts, now };
  const others = clusters.filter(({ name }) => `${name}/` !== prefix);
  const found = report.clusters
    .filter(({ cluster }) => cluster.document.file === `${prefix}config`)
    .flatMap((set) => findingsOfStore({ ...context, ...set, ...place, completed: false, others }, storeRules));
  const known = new Set(files.map(({ file }) => file));
  const more = [...new Set(found.map(({ file }) => file))].filter((file) => !known.has(file));
  return {
    ...report,
    findings: inOrder([...report.findings, ...found]),
    files: [...files, ...more.map((file) => ({ file, text: '' }))],
  };
}

function clusterIn({ file, text }: ManifestFile): KopsObject | undefined {
  const [object] = readManifest(text, file).documents.map(kopsObjectOf);
  return object?.kind === 'Cluster' ? object : undefined;
}

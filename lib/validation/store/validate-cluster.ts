import type { Store } from '../../vfs/store.ts';
import { configurationFileFindings } from '../configuration-files.ts';
import type { Finding } from '../finding.ts';
import type { KopsObject } from '../kops-object.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { kopsObjectOf } from '../objects.ts';
import type { OtherCluster, StoreRule } from '../rule.ts';
import { inOrder, type ManifestFile, type ManifestReport, validateManifests } from '../validate-manifests.ts';
import type { KopsVersion } from '../versions.ts';
import { channelKey } from './addon-manifests.ts';
import { type Listed, readClusterFiles } from './cluster-files.ts';
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
  /** What is below the prefix, where it has just been listed. @default - it is listed */
  readonly listed?: Listed;
  /** @default allStoreRules */
  readonly storeRules?: readonly StoreRule[];
}

/** Reads and validates one cluster of a store. `prefix` is empty, or ends in `/`. Rejects with `VfsError` when it cannot be read. */
export async function validateCluster(
  store: Store,
  prefix: string,
  { signal, kopsVersion, now, clusters = [], listed, storeRules = allStoreRules }: ClusterOptions,
): Promise<ClusterReport> {
  const { listing, texts, ...read } = await readClusterFiles(store, prefix, signal, listed);
  const channel = texts.get(channelKey);
  const files = [...read.files, ...(channel === undefined ? [] : [{ file: `${prefix}${channelKey}`, text: channel }])];
  const applied = read.applied && clusterIn(read.applied);
  const context = { kopsVersion: kopsVersion ?? read.kopsVersion, ...(applied === undefined ? {} : { applied }) };
  const report = validateManifests(files, { ...context, config: `${prefix}config` });
  const place = { storeUrl: store.url, prefix, files: listing, texts, now };
  const others = clusters.filter(({ name }) => `${name}/` !== prefix);
  const found = report.clusters
    .filter(({ cluster }) => cluster.document.file === `${prefix}config`)
    .flatMap((set) => findingsOfStore({ ...context, ...set, ...place, completed: false, others }, storeRules));
  const known = new Set(files.map(({ file }) => file));
  const more = [...new Set(found.map(({ file }) => file))].filter((file) => !known.has(file));
  return {
    ...report,
    findings: inOrder([...report.findings, ...kindFindings(read.files, prefix), ...found]),
    files: [...files, ...more.map((file) => ({ file, text: '' }))],
  };
}

/** What is wrong with files that must hold an object of one kind. */
function kindFindings(files: readonly ManifestFile[], prefix: string): readonly Finding[] {
  const groups = files.filter(({ file }) => file.startsWith(`${prefix}instancegroup/`));
  return [
    ...configurationFileFindings(
      files.filter(({ file }) => file === `${prefix}config`),
      'Cluster',
    ),
    ...configurationFileFindings(groups, 'InstanceGroup'),
  ];
}

function clusterIn({ file, text }: ManifestFile): KopsObject | undefined {
  const [object] = readManifest(text, file).documents.map(kopsObjectOf);
  return object?.kind === 'Cluster' ? object : undefined;
}

import { collect } from '../vfs/body.ts';
import { type Store, undefinedWhenAbsent } from '../vfs/store.ts';
import type { ClusterAddress } from './clusters.ts';
import { type Restorability, restorability } from './restorability.ts';
import { isMapping, readYamlDocuments } from './yaml-documents.ts';

/** What a person wants to know of a cluster at first sight. */
export interface ClusterSummary {
  readonly name: string;
  /** kOps's name of the cloud: `aws`, `gce`, …; undefined where the `config` does not say it. */
  readonly cloud: string | undefined;
  readonly kubernetesVersion: string | undefined;
  /** The kOps that ran `update cluster` last; undefined before the first time. */
  readonly kopsVersion: string | undefined;
  readonly instanceGroups: number;
  /** When a user last changed the cluster: its `config`, an instance group or an addon, by the store's clock. */
  readonly changedAt: Date | undefined;
  readonly restorability: Restorability;
}

/** What a summary is made with. */
export interface SummaryOptions {
  /** URLs of all that the routes carry of this cluster: see `restorability`. */
  readonly covered: readonly string[];
  readonly signal: AbortSignal;
}

/** Far beyond any Cluster that kOps can handle, in bytes. */
const configLimit = 4 * 1024 * 1024;
const versionLimit = 1024;

/** Describes one cluster with four requests. Rejects with `VfsError` when its `config` or a listing cannot be read. */
export async function summarizeCluster(
  store: Store,
  { name, prefix }: ClusterAddress,
  { covered, signal }: SummaryOptions,
): Promise<ClusterSummary> {
  const [config, version, groups, addons] = await Promise.all([
    readText(store, `${prefix}config`, configLimit, signal),
    undefinedWhenAbsent(readText(store, `${prefix}kops-version.txt`, versionLimit, signal)),
    changesUnder(store, `${prefix}instancegroup/`, signal),
    changesUnder(store, `${prefix}clusteraddons/`, signal),
  ]);
  return {
    name,
    ...versionsOf(config.text),
    kopsVersion: version?.text.trim() || undefined,
    instanceGroups: groups.length,
    changedAt: latest([config.modifiedAt, ...groups, ...addons]),
    restorability: restorability({ cluster: name, configText: config.text, stateStore: store.url, covered }),
  };
}

async function readText(
  store: Store,
  key: string,
  limit: number,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly modifiedAt: Date | undefined }> {
  const { stat, body } = await store.read(key, { signal });
  return { text: Buffer.from(await collect(body, limit)).toString(), modifiedAt: stat.modifiedAt };
}

async function changesUnder(store: Store, prefix: string, signal: AbortSignal): Promise<readonly (Date | undefined)[]> {
  const changes: (Date | undefined)[] = [];
  for await (const { modifiedAt } of store.list(prefix, { signal })) {
    changes.push(modifiedAt);
  }
  return changes;
}

function latest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}

/** The cloud is a text in v1alpha2, and in v1alpha3 a mapping with one field, named after the cloud. */
function versionsOf(configText: string): Pick<ClusterSummary, 'cloud' | 'kubernetesVersion'> {
  const result = readYamlDocuments(configText);
  const documents = result.kind === 'documents' ? result.documents.filter(isMapping) : [];
  const { spec } = documents.find(({ kind }) => kind === 'Cluster') ?? {};
  const { cloudProvider, kubernetesVersion } = isMapping(spec) ? spec : {};
  const cloud = isMapping(cloudProvider) ? Object.keys(cloudProvider)[0] : cloudProvider;
  return { cloud: textOf(cloud), kubernetesVersion: textOf(kubernetesVersion) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

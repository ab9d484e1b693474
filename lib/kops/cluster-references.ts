import { isMapping, readYamlDocuments } from './yaml-documents.ts';

/** A place that a Cluster names as holding part of its state. */
export interface Reference {
  /** The field in the file: `spec.etcdClusters[0].backups.backupStore`. */
  readonly field: string;
  /** The URL as it is written, without a slash at the end. */
  readonly url: string;
}

/** What came of reading a cluster's `config`. */
export type ReferencesResult =
  | {
      readonly kind: 'references';
      readonly configBase: Reference | undefined;
      /** `keyStore`, `secretStore` and `backupStore` of every etcd cluster, as far as they are written down. */
      readonly others: readonly Reference[];
    }
  /** The text is no Cluster. The problem says why, and quotes nothing of the text. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/**
 * Reads where a Cluster keeps its state: `configBase`, `keyStore` and `secretStore` in v1alpha2, `configStore` in v1alpha3. What is not
 * written down kOps puts under the configBase.
 */
export function clusterReferences(configText: string): ReferencesResult {
  const result = readYamlDocuments(configText);
  if (result.kind === 'broken') {
    return { kind: 'unreadable', problem: `broken YAML: ${result.problem}` };
  }
  const cluster = result.documents.filter(isMapping).find(({ kind }) => kind === 'Cluster');
  if (cluster === undefined) {
    return { kind: 'unreadable', problem: 'no document in it is of kind Cluster' };
  }
  const { spec } = cluster;
  if (!isMapping(spec)) {
    return { kind: 'unreadable', problem: 'the Cluster has no spec' };
  }
  // In v1alpha2 configStore is a text, which kOps ignores.
  const { configStore } = spec;
  const names = isMapping(configStore) ? v1alpha3Fields : v1alpha2Fields;
  const [configBase, ...parts] = names.map((name) => reference(spec, name));
  return {
    kind: 'references',
    configBase,
    others: [...parts, ...backupStores(spec)].filter((part) => part !== undefined),
  };
}

const v1alpha2Fields = ['configBase', 'keyStore', 'secretStore'];
const v1alpha3Fields = ['configStore.base', 'configStore.keypairs', 'configStore.secrets'];

function backupStores(spec: Readonly<Record<string, unknown>>): readonly (Reference | undefined)[] {
  const { etcdClusters } = spec;
  return (Array.isArray(etcdClusters) ? etcdClusters : []).map((_, i) =>
    reference(spec, `etcdClusters.${i}.backups.backupStore`),
  );
}

function reference(spec: Readonly<Record<string, unknown>>, path: string): Reference | undefined {
  const value = path.split('.').reduce<unknown>(child, spec);
  return typeof value === 'string' && value !== ''
    ? { field: `spec.${path.replace(/\.(\d+)/g, '[$1]')}`, url: value.replace(/\/+$/, '') }
    : undefined;
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

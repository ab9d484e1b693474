import { parse } from 'yaml';
import { fillTemplate, rfc3339, templateNames } from './text.ts';

/** The kOps that the sample store is laid out as. */
export const kopsVersion = '1.32.1';

/** What a sample cluster is made from. */
export interface SampleInputs {
  /** URL of the state store, without a slash at the end. */
  readonly stateStore: string;
  /** The moment at which the store is written. */
  readonly now: Date;
  /** Size of the private keys. */
  readonly rsaBits: number;
}

/** The parts of a Cluster's spec that other objects follow from. */
export interface ClusterSpec {
  readonly configBase: string;
  readonly encryptionConfig?: boolean;
  readonly etcdClusters: readonly EtcdCluster[];
  readonly kubernetesVersion: string;
  readonly masterPublicName: string;
  readonly serviceAccountIssuerDiscovery?: { readonly discoveryStore: string };
}

export interface EtcdCluster {
  readonly name: string;
  readonly version: string;
  readonly etcdMembers: readonly { readonly name: string; readonly instanceGroup: string }[];
}

export interface InstanceGroup {
  readonly name: string;
  readonly role: 'Master' | 'Node';
  /** The object as it is stored. */
  readonly text: string;
}

/** A cluster as its user wrote it, and what fills the places of the other templates. */
export interface SampleCluster {
  readonly name: string;
  /** The `config` object as it is stored. */
  readonly config: string;
  readonly spec: ClusterSpec;
  readonly instanceGroups: readonly InstanceGroup[];
  readonly clusterAddons: string;
  /** Values of the templates' places. */
  readonly values: Readonly<Record<string, string>>;
}

/** An object of a cluster, by its path below the cluster's prefix. */
export type ClusterObject = readonly [path: string, body: string | Buffer];

/** Reads the templates of a cluster, which lie in the directory of its name. */
export async function readCluster(name: string, { stateStore, now }: SampleInputs): Promise<SampleCluster> {
  const directory = `clusters/${name}`;
  const values = {
    name,
    kopsVersion,
    configBase: `${stateStore}/${name}`,
    discoveryStore: `${stateStore}/${name}`,
    created: rfc3339(createdAt(now)),
  };
  const config = await fillTemplate(`${directory}/config.yaml`, values);
  const groups = await templateNames(`${directory}/instancegroup`);
  return {
    name,
    config,
    spec: (parse(config) as { readonly spec: ClusterSpec }).spec,
    instanceGroups: await Promise.all(
      groups.map(async (group) => {
        const text = await fillTemplate(`${directory}/instancegroup/${group}.yaml`, values);
        const { spec } = parse(text) as { readonly spec: { readonly role: InstanceGroup['role'] } };
        return { name: group, role: spec.role, text };
      }),
    ),
    clusterAddons: await fillTemplate(`${directory}/clusteraddons/default.yaml`, values),
    values,
  };
}

/** When the clusters were created: 90 days before the store is written. */
export function createdAt(now: Date): Date {
  return new Date(now.getTime() - 90 * 24 * 60 * 60 * 1000);
}

/** Where an etcd cluster keeps its backups. */
export function backupStoreOf({ spec }: SampleCluster, etcdCluster: string): string {
  return `${spec.configBase}/backups/etcd/${etcdCluster}`;
}

/** Who signs the cluster's service-account tokens, as seen from outside: the place where its discovery documents can be read. */
export function issuerOf({ name, spec }: SampleCluster): string {
  const store = spec.serviceAccountIssuerDiscovery?.discoveryStore;
  if (store === undefined) {
    return `https://api.internal.${name}`;
  }
  const [, bucket, path] = /^s3:\/\/([^/]+)\/(.*)$/.exec(store) ?? [];
  return bucket === undefined
    ? `https://discovery.example.com/${name}`
    : `https://${bucket}.s3.eu-west-1.amazonaws.com/${path}`;
}

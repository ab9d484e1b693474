import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { backupStoreOf, type ClusterObject, issuerOf, kopsVersion, type SampleCluster } from './cluster.ts';
import { fillTemplate, toYaml } from './text.ts';

const addons = [
  { name: 'kops-controller.addons.k8s.io', id: 'k8s-1.16', needsRollingUpdate: 'control-plane' },
  { name: 'coredns.addons.k8s.io', id: 'k8s-1.12' },
  { name: 'limit-range.addons.k8s.io', id: 'v1.5.0' },
  { name: 'storage-aws.addons.k8s.io', id: 'v1.15.0' },
];

/** What `kops update` notes about itself: the Cluster with defaults filled in (far fewer than kOps fills in), and its own version. */
export function completedSpecObjects(cluster: SampleCluster): readonly ClusterObject[] {
  const { config, spec } = cluster;
  const document = parse(config) as { readonly spec: object };
  const completed = {
    ...document,
    spec: {
      ...document.spec,
      clusterDNSDomain: 'cluster.local',
      etcdClusters: spec.etcdClusters.map((etcd) => ({
        ...etcd,
        backups: { backupStore: backupStoreOf(cluster, etcd.name) },
        manager: { backupRetentionDays: 90 },
      })),
      keyStore: `${spec.configBase}/pki`,
      kubeAPIServer: kubeApiServer(cluster),
      secretStore: `${spec.configBase}/secrets`,
    },
  };
  return [
    ['cluster-completed.spec', toYaml(completed)],
    ['kops-version.txt', kopsVersion],
  ];
}

/** The part of the API server's configuration that says whose tokens it trusts. */
export function kubeApiServer(cluster: SampleCluster): Readonly<Record<string, unknown>> {
  const issuer = issuerOf(cluster);
  return {
    image: `registry.k8s.io/kube-apiserver:v${cluster.spec.kubernetesVersion}`,
    serviceAccountIssuer: issuer,
    serviceAccountJWKSURI: `${issuer}/openid/v1/jwks`,
  };
}

/** The addons, and the channel that lists them with the SHA-256 of each. kOps stores manifests without white space around them. */
export async function addonObjects({ values }: SampleCluster): Promise<readonly ClusterObject[]> {
  const manifests = await Promise.all(
    addons.map(async (addon) => {
      const path = `${addon.name}/${addon.id}.yaml`;
      return { ...addon, path, text: (await fillTemplate(`addons/${path}`, values)).trim() };
    }),
  );
  const channel = {
    kind: 'Addons',
    metadata: { name: 'bootstrap' },
    spec: {
      addons: manifests.map(({ name, id, path, text, needsRollingUpdate }) => ({
        id,
        manifest: path,
        manifestHash: createHash('sha256').update(text).digest('hex'),
        name,
        ...(needsRollingUpdate && { needsRollingUpdate }),
        selector: { 'k8s-addon': name },
      })),
    },
  };
  return [
    ['addons/bootstrap-channel.yaml', toYaml(channel)],
    ...manifests.map(({ path, text }): ClusterObject => [`addons/${path}`, text]),
  ];
}

/** The static Pods of the control plane: one etcd-manager for each member of each etcd cluster, the addon applier, the health check. */
export async function manifestObjects(cluster: SampleCluster): Promise<readonly ClusterObject[]> {
  const members = cluster.spec.etcdClusters.flatMap(({ name, etcdMembers }) =>
    etcdMembers.map(async ({ instanceGroup }): Promise<ClusterObject> => {
      const text = await fillTemplate('manifests/etcd/member.yaml', {
        ...cluster.values,
        backupStore: backupStoreOf(cluster, name),
        etcdCluster: name,
        etcdClusterName: name === 'main' ? 'etcd' : `etcd-${name}`,
      });
      return [etcdManifestPath(name, instanceGroup), text];
    }),
  );
  const others = ['manifests/channels/kops-channels.yaml', 'manifests/static/kube-apiserver-healthcheck.yaml'].map(
    async (path): Promise<ClusterObject> => [path, await fillTemplate(path, cluster.values)],
  );
  return Promise.all([...members, ...others]);
}

/** Where the manifest of an etcd member lies. */
export function etcdManifestPath(etcdCluster: string, instanceGroup: string): string {
  return `manifests/etcd/${etcdCluster}-${instanceGroup}.yaml`;
}

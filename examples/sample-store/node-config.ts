import type { ClusterObject, InstanceGroup, SampleCluster } from './cluster.ts';
import { etcdManifestPath, kubeApiServer } from './generated.ts';
import { type Keyset, publicKeyPem, trustedKeys } from './keysets.ts';
import { secretHash } from './secrets.ts';
import { toYaml } from './text.ts';

/** What node configuration is made from, beside the cluster itself. */
export interface Trust {
  /** By name. */
  readonly keysets: ReadonlyMap<string, Keyset>;
  /** By name. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** nodeup's configuration of every instance group: which keys it is to find, which certificates it trusts, which Pods it starts. */
export function nodeConfigObjects(cluster: SampleCluster, trust: Trust): readonly ClusterObject[] {
  return cluster.instanceGroups.map((group) =>
    group.role === 'Master'
      ? [`igconfig/control-plane/${group.name}/nodeupconfig.yaml`, toYaml(controlPlaneConfig(cluster, group, trust))]
      : [`igconfig/node/${group.name}/nodeupconfig.yaml`, toYaml(nodeConfig(cluster, trust))],
  );
}

function nodeConfig(cluster: SampleCluster, { keysets }: Trust): Readonly<Record<string, unknown>> {
  return {
    CAs: {},
    ClusterName: cluster.name,
    KeypairIDs: { 'kubernetes-ca': keysets.get('kubernetes-ca')?.primaryId },
    KubernetesVersion: cluster.spec.kubernetesVersion,
    UpdatePolicy: 'automatic',
    usesNoneDNS: false,
  };
}

function controlPlaneConfig(
  cluster: SampleCluster,
  group: InstanceGroup,
  trust: Trust,
): Readonly<Record<string, unknown>> {
  const { spec } = cluster;
  const keysets = [...trust.keysets.values()];
  const authorities = keysets.filter(({ name }) => name !== 'service-account');
  const etcdClusters = spec.etcdClusters.filter(({ etcdMembers }) =>
    etcdMembers.some(({ instanceGroup }) => instanceGroup === group.name),
  );
  return {
    ...nodeConfig(cluster, trust),
    APIServerConfig: apiServerConfig(cluster, trust),
    CAs: Object.fromEntries(
      authorities.map((keyset) => [
        keyset.name,
        trustedKeys(keyset)
          .map(({ certificate }) => certificate)
          .join(''),
      ]),
    ),
    EtcdClusterNames: etcdClusters.map(({ name }) => name),
    KeypairIDs: Object.fromEntries(keysets.map(({ name, primaryId }) => [name, primaryId])),
    channelsManifest: `${spec.configBase}/manifests/channels/kops-channels.yaml`,
    configStore: { keypairs: `${spec.configBase}/pki`, secrets: `${spec.configBase}/secrets` },
    etcdManifests: etcdClusters.map(({ name }) => `${spec.configBase}/${etcdManifestPath(name, group.name)}`),
    staticManifests: [{ key: 'kube-apiserver-healthcheck', path: 'manifests/static/kube-apiserver-healthcheck.yaml' }],
  };
}

function apiServerConfig(cluster: SampleCluster, { keysets, secrets }: Trust): Readonly<Record<string, unknown>> {
  const serviceAccount = keysets.get('service-account');
  const encryption = secrets.get('encryptionconfig');
  return {
    API: { publicName: cluster.spec.masterPublicName },
    ClusterDNSDomain: 'cluster.local',
    ...(encryption !== undefined && { EncryptionConfigSecretHash: secretHash(encryption) }),
    KubeAPIServer: kubeApiServer(cluster),
    ServiceAccountPublicKeys: serviceAccount && trustedKeys(serviceAccount).map(publicKeyPem).join(''),
  };
}

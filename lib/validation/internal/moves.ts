import type { FieldPath, Segment } from '../field-path.ts';

/**
 * Fields that have another name in kOps's internal form than in v1alpha2, and where they went: `*` stands for any index or
 * key. Longer paths win over shorter ones. From kOps's `docs/cluster_spec.md` ("API Changes") and
 * `pkg/apis/kops/v1alpha2/conversion.go`.
 */
const clusterMoves: Readonly<Record<string, string>> = {
  'spec/DisableSubnetTags': 'spec/networking/tagSubnets',
  'spec/additionalNetworkCIDRs': 'spec/networking/additionalNetworkCIDRs',
  'spec/additionalSans': 'spec/api/additionalSANs',
  'spec/api/loadBalancer/subnets/*/allocationId': 'spec/api/loadBalancer/subnets/*/allocationID',
  'spec/api/loadBalancer/useForInternalApi': 'spec/api/loadBalancer/useForInternalAPI',
  'spec/awsLoadBalancerController': 'spec/cloudProvider/aws/loadBalancerController',
  'spec/cloudConfig/awsEBSCSIDriver': 'spec/cloudProvider/aws/ebsCSIDriver',
  'spec/cloudConfig/azure': 'spec/cloudProvider/azure',
  'spec/cloudConfig/azure/subscriptionId': 'spec/cloudProvider/azure/subscriptionID',
  'spec/cloudConfig/azure/tenantId': 'spec/cloudProvider/azure/tenantID',
  'spec/cloudConfig/disableSecurityGroupIngress': 'spec/cloudProvider/aws/disableSecurityGroupIngress',
  'spec/cloudConfig/elbSecurityGroup': 'spec/cloudProvider/aws/elbSecurityGroup',
  'spec/cloudConfig/gcpPDCSIDriver': 'spec/cloudProvider/gce/pdCSIDriver',
  'spec/cloudConfig/gceServiceAccount': 'spec/cloudProvider/gce/serviceAccount',
  'spec/cloudConfig/gceUseStartupScript': 'spec/cloudProvider/gce/useStartupScript',
  'spec/cloudConfig/multizone': 'spec/cloudProvider/gce/multizone',
  'spec/cloudConfig/nlbSecurityGroupMode': 'spec/cloudProvider/aws/nlbSecurityGroupMode',
  'spec/cloudConfig/nodeIPFamilies': 'spec/cloudProvider/aws/nodeIPFamilies',
  'spec/cloudConfig/nodeInstancePrefix': 'spec/cloudProvider/gce/nodeInstancePrefix',
  'spec/cloudConfig/nodeTags': 'spec/cloudProvider/gce/nodeTags',
  'spec/cloudConfig/openstack': 'spec/cloudProvider/openstack',
  'spec/cloudConfig/spotinstOrientation': 'spec/cloudProvider/aws/spotinstOrientation',
  'spec/cloudConfig/spotinstProduct': 'spec/cloudProvider/aws/spotinstProduct',
  'spec/cloudConfig/useIPBasedNodeNames': 'spec/cloudProvider/aws/useIPBasedNodeNames',
  'spec/configBase': 'spec/configStore/base',
  'spec/egressProxy': 'spec/networking/egressProxy',
  'spec/etcdClusters/*/etcdMembers/*/kmsKeyId': 'spec/etcdClusters/*/etcdMembers/*/kmsKeyID',
  'spec/etcdClusters/*/etcdMembers/*/volumeIops': 'spec/etcdClusters/*/etcdMembers/*/volumeIOPS',
  'spec/externalDns': 'spec/externalDNS',
  'spec/isolateMasters': 'spec/networking/isolateControlPlane',
  'spec/keyStore': 'spec/configStore/keypairs',
  'spec/kubeAPIServer/authorizationRbacSuperUser': 'spec/kubeAPIServer/authorizationRBACSuperUser',
  'spec/kubeAPIServer/authorizationWebhookCacheAuthorizedTtl':
    'spec/kubeAPIServer/authorizationWebhookCacheAuthorizedTTL',
  'spec/kubeAPIServer/authorizationWebhookCacheUnauthorizedTtl':
    'spec/kubeAPIServer/authorizationWebhookCacheUnauthorizedTTL',
  'spec/kubeAPIServer/oidcClientID': 'spec/authentication/oidc/clientID',
  'spec/kubeAPIServer/oidcGroupsClaim': 'spec/authentication/oidc/groupsClaims',
  'spec/kubeAPIServer/oidcGroupsPrefix': 'spec/authentication/oidc/groupsPrefix',
  'spec/kubeAPIServer/oidcIssuerURL': 'spec/authentication/oidc/issuerURL',
  'spec/kubeAPIServer/oidcRequiredClaim': 'spec/authentication/oidc/requiredClaims',
  'spec/kubeAPIServer/oidcUsernameClaim': 'spec/authentication/oidc/usernameClaim',
  'spec/kubeAPIServer/oidcUsernamePrefix': 'spec/authentication/oidc/usernamePrefix',
  'spec/kubeControllerManager/concurrentRcSyncs': 'spec/kubeControllerManager/concurrentRCSyncs',
  'spec/kubeProxy/ipvsExcludeCidrs': 'spec/kubeProxy/ipvsExcludeCIDRs',
  'spec/kubelet/authenticationTokenWebhookCacheTtl': 'spec/kubelet/authenticationTokenWebhookCacheTTL',
  'spec/kubernetesApiAccess': 'spec/api/access',
  'spec/masterKubelet': 'spec/controlPlaneKubelet',
  'spec/masterKubelet/authenticationTokenWebhookCacheTtl':
    'spec/controlPlaneKubelet/authenticationTokenWebhookCacheTTL',
  'spec/masterPublicName': 'spec/api/publicName',
  'spec/networkCIDR': 'spec/networking/networkCIDR',
  'spec/networkID': 'spec/networking/networkID',
  'spec/networking/amazonvpc': 'spec/networking/amazonVPC',
  'spec/networking/amazonvpc/imageName': 'spec/networking/amazonVPC/image',
  'spec/networking/amazonvpc/initImageName': 'spec/networking/amazonVPC/initImage',
  'spec/networking/canal/disableFlannelForwardRules': 'spec/networking/canal/flanneldIptablesForwardRules',
  'spec/networking/cilium/IPTablesRulesNoinstall': 'spec/networking/cilium/installIptablesRules',
  'spec/networking/cilium/disableMasquerade': 'spec/networking/cilium/masquerade',
  'spec/networking/cilium/toFqdnsDnsRejectResponseCode': 'spec/networking/cilium/toFQDNsDNSRejectResponseCode',
  'spec/networking/cilium/toFqdnsEnablePoller': 'spec/networking/cilium/toFQDNsEnablePoller',
  'spec/networking/gce': 'spec/networking/gcp',
  'spec/networking/kuberouter': 'spec/networking/kubeRouter',
  'spec/nodeTerminationHandler': 'spec/cloudProvider/aws/nodeTerminationHandler',
  'spec/nonMasqueradeCIDR': 'spec/networking/nonMasqueradeCIDR',
  'spec/podCIDR': 'spec/networking/podCIDR',
  'spec/podIdentityWebhook': 'spec/cloudProvider/aws/podIdentityWebhook',
  'spec/project': 'spec/cloudProvider/gce/project',
  'spec/secretStore': 'spec/configStore/secrets',
  'spec/serviceClusterIPRange': 'spec/networking/serviceClusterIPRange',
  'spec/subnets': 'spec/networking/subnets',
  'spec/topology': 'spec/networking/topology',
  'spec/topology/bastion/bastionPublicName': 'spec/networking/topology/bastion/publicName',
  'spec/topology/dns/type': 'spec/networking/topology/dns',
  'spec/hooks/*/disabled': 'spec/hooks/*/enabled',
  'spec/warmPool': 'spec/cloudProvider/aws/warmPool',
};

const instanceGroupMoves: Readonly<Record<string, string>> = {
  'spec/associatePublicIp': 'spec/associatePublicIP',
  'spec/externalLoadBalancers/*/targetGroupArn': 'spec/externalLoadBalancers/*/targetGroupARN',
  'spec/hooks/*/disabled': 'spec/hooks/*/enabled',
  'spec/kubelet/authenticationTokenWebhookCacheTtl': 'spec/kubelet/authenticationTokenWebhookCacheTTL',
  'spec/rootVolumeEncryption': 'spec/rootVolume/encryption',
  'spec/rootVolumeEncryptionKey': 'spec/rootVolume/encryptionKey',
  'spec/rootVolumeIops': 'spec/rootVolume/iops',
  'spec/rootVolumeOptimization': 'spec/rootVolume/optimization',
  'spec/rootVolumeSize': 'spec/rootVolume/size',
  'spec/rootVolumeThroughput': 'spec/rootVolume/throughput',
  'spec/rootVolumeType': 'spec/rootVolume/type',
};

/** The moves of one kind, from the names of the file to those of the internal form. */
export function movesOf(kind: string): Readonly<Record<string, string>> {
  if (kind === 'Cluster') {
    return clusterMoves;
  }
  return kind === 'InstanceGroup' ? instanceGroupMoves : {};
}

const backward = new Map(
  ['Cluster', 'InstanceGroup'].map((kind) => [
    kind,
    new Map(Object.entries(movesOf(kind)).map(([from, to]) => [to, from] as const)),
  ]),
);

/** Maps of a cluster by role, in which kOps calls the role `master` of v1alpha2 `control-plane`. */
export const mapsByRole: readonly string[] = ['additionalPolicies', 'externalPolicies'];

/**
 * The path in a v1alpha2 file of a field of the internal form.
 *
 * @param value what the file holds: of a role that has two names, it tells which one is written. @default unknown, and the role keeps its newer name
 */
export function toFilePath(kind: string, path: FieldPath, value?: unknown): FieldPath {
  const target = movedBack(kind, path);
  const [spec, map, role, ...rest] = target;
  if (kind !== 'Cluster' || typeof map !== 'string' || !mapsByRole.includes(map) || !isKey(role, 'control-plane')) {
    return target;
  }
  const written = (value as { readonly spec?: Readonly<Record<string, unknown>> } | null)?.spec?.[map];
  const isRenamed = typeof written === 'object' && written !== null && !Object.hasOwn(written, 'control-plane');
  return isRenamed ? [spec ?? 'spec', map, { key: 'master' }, ...rest] : target;
}

function isKey(segment: Segment | undefined, key: string): boolean {
  return typeof segment === 'object' && segment.key === key;
}

function movedBack(kind: string, path: FieldPath): FieldPath {
  const moves = backward.get(kind) ?? new Map<string, string>();
  if (kind === 'Cluster' && path[0] === 'spec' && path[1] === 'cloudProvider' && path.length <= 3) {
    return path.slice(0, 2); // A text in v1alpha2, a structure in the internal form.
  }
  for (let length = path.length; length > 0; length -= 1) {
    const target = moveOf(path.slice(0, length), moves);
    if (target !== undefined) {
      return [...target, ...path.slice(length)];
    }
  }
  return path;
}

function moveOf(path: FieldPath, moves: ReadonlyMap<string, string>): FieldPath | undefined {
  const target = moves.get(patternOf(path));
  if (target === undefined) {
    return undefined;
  }
  const wild = path.filter((segment) => typeof segment !== 'string');
  return target.split('/').map((name): Segment => (name === '*' ? (wild.shift() ?? 0) : name));
}

/** A path with `*` for every index and key. */
export function patternOf(path: FieldPath): string {
  return path.map((segment) => (typeof segment === 'string' ? segment : '*')).join('/');
}

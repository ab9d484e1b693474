import { parseCidr } from './cidr.ts';
import type { KopsObject } from './kops-object.ts';

/** The clouds of kOps, by the fields of `spec.cloudProvider` in the internal form. */
export type Cloud = 'aws' | 'azure' | 'do' | 'gce' | 'hetzner' | 'openstack' | 'scaleway' | 'linode' | 'metal';

/** In the order in which kOps looks (`Cluster.GetCloudProvider`, pkg/apis/kops/cluster.go). */
const clouds: readonly Cloud[] = ['aws', 'azure', 'do', 'gce', 'hetzner', 'openstack', 'scaleway', 'linode'];

/** The cloud of a cluster; undefined where none is named. */
export function cloudOf(cluster: KopsObject): Cloud | undefined {
  const label = cluster.root.at('metadata', 'labels', { key: 'alpha.kops.k8s.io/cloud' }).text;
  return label === 'metal' ? 'metal' : clouds.find((cloud) => cluster.spec.at('cloudProvider', cloud).present);
}

/** What kOps calls a cloud in its messages (`CloudProviderID`). */
export function cloudName(cloud: Cloud): string {
  return cloud === 'do' ? 'digitalocean' : cloud;
}

/** Whether pods have IPv6 addresses only (`ClusterSpec.IsIPv6Only`). */
export function isIpv6Only(cluster: KopsObject): boolean {
  return isIpv6Cidr(cluster.spec.at('networking', 'nonMasqueradeCIDR').text);
}

/** Whether a text is a network of IPv6 addresses (`utils.IsIPv6CIDR`). */
export function isIpv6Cidr(text: string | undefined): boolean {
  return text !== undefined && parseCidr(text)?.family === 6;
}

/** Whether the cluster does without DNS (`Cluster.UsesNoneDNS`). */
export function usesNoneDns(cluster: KopsObject): boolean {
  return cluster.spec.at('networking', 'topology', 'dns').text === 'None';
}

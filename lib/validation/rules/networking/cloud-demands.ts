import { type Cloud, cloudOf } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';

/** What a cloud demands of the networks of a cluster (`cloudProviderConstraints`, pkg/apis/kops/validation/validation.go). */
export interface CloudDemands {
  readonly subnets: boolean;
  readonly subnetCidr: boolean;
  readonly subnetRegion: boolean;
  readonly networkCidr: boolean;
  readonly nonMasqueradeCidr: boolean;
}

const strictest: CloudDemands = {
  subnets: true,
  subnetCidr: true,
  subnetRegion: false,
  networkCidr: true,
  nonMasqueradeCidr: true,
};
/** A cloud that gives out the addresses of subnets by itself. */
const ownAddresses: CloudDemands = { ...strictest, subnetCidr: false, networkCidr: false };

const demands: Readonly<Record<Cloud, CloudDemands>> = {
  aws: strictest,
  azure: { ...strictest, subnetRegion: true },
  do: { ...ownAddresses, subnets: false, subnetRegion: true },
  gce: { ...ownAddresses, subnetRegion: true, nonMasqueradeCidr: false },
  hetzner: { ...ownAddresses, subnets: false },
  openstack: ownAddresses,
  scaleway: ownAddresses,
  linode: { ...ownAddresses, subnets: false, subnetRegion: true },
  metal: ownAddresses,
};

/** What the cloud of a cluster demands; of one without a cloud, little. */
export function demandsOf(cluster: KopsObject): CloudDemands {
  const cloud = cloudOf(cluster);
  return cloud === undefined ? { ...ownAddresses, subnets: false } : demands[cloud];
}

import { cloudOf, isIpv6Only } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const gateways = ['nat', 'eipalloc', 'i', 'External', 'tgw'];

/** kOps: `validateSubnet` (pkg/apis/kops/validation/validation.go). */
export const subnetEgress: ClusterRule = {
  id: 'SUBNET-EGRESS',
  on: 'cluster',
  severity: 'error',
  title: 'The way out of a subnet is a gateway that its type can have.',
  explanation:
    'Private subnets leave by a gateway; public ones have their own way out, unless they have IPv6. Name the id of a NAT gateway, an Elastic IP, an instance or a transit gateway, or `External` where the routes are made elsewhere.',
  kops: ['8.5/8', '8.5/9'],
  *check({ cluster }): Iterable<Problem> {
    for (const subnet of cluster.spec.at('networking', 'subnets').items) {
      const egress = subnet.at('egress');
      const [kind] = egress.text?.split('-') ?? [];
      if (kind === undefined) {
        continue;
      }
      if (!gateways.includes(kind)) {
        const detail =
          'egress must be of type NAT Gateway, NAT Gateway with existing ElasticIP, NAT EC2 Instance, Transit Gateway, or External';
        yield invalid(egress, detail);
      }
      if (egress.text !== 'External' && !hasGateway(subnet)) {
        yield forbidden(egress, 'egress can only be specified for private or IPv6-capable public subnets');
      }
    }
  },
};

function hasGateway(subnet: Node): boolean {
  const type = subnet.at('type').text ?? '';
  return ['DualStack', 'Private'].includes(type) || (type === 'Public' && subnet.at('ipv6CIDR').text !== undefined);
}

/** kOps: `validateSubnet` (pkg/apis/kops/validation/validation.go). */
export const subnetType: ClusterRule = {
  id: 'SUBNET-TYPE',
  on: 'cluster',
  severity: 'error',
  title: 'DualStack subnets belong to IPv6 clusters, and public ones on OpenStack to an external network.',
  explanation:
    'A cluster is one of IPv6 when its nonMasqueradeCIDR is `::/0`. On OpenStack, name the external network in `cloudConfig.openstack.router`, or make the subnet private.',
  kops: ['8.5/10'],
  *check({ cluster }): Iterable<Problem> {
    const router = cluster.spec.at('cloudProvider', 'openstack', 'router', 'externalNetwork');
    for (const subnet of cluster.spec.at('networking', 'subnets').items) {
      const type = subnet.at('type');
      if (type.text === 'DualStack' && !isIpv6Only(cluster)) {
        yield forbidden(type, 'subnet type DualStack may only be used in IPv6 clusters');
      }
      if (type.text === 'Public' && cloudOf(cluster) === 'openstack' && !router.present) {
        yield forbidden(type, 'subnet type Public requires an external network');
      }
    }
  },
};

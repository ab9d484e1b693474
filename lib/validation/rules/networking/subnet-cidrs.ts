import { type Cidr, contains, overlaps, parseCidr } from '../../cidr.ts';
import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { demandsOf } from './cloud-demands.ts';

/** kOps: `validateSubnet` (pkg/apis/kops/validation/validation.go). */
export const subnetCidrs: ClusterRule = {
  id: 'SUBNET-CIDR',
  on: 'cluster',
  severity: 'error',
  title: 'The network of a subnet lies in that of the cluster, and apart from those of pods and services.',
  explanation:
    'Addresses outside the network of the cluster cannot be routed to, and addresses that pods or services use too are answered by the wrong one. Choose a part of the network of the cluster that nothing else uses.',
  kops: ['8.2#29', '8.2#30', '8.2#31', '8.2#32'],
  *check({ cluster, completed }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const networks = cloudOf(cluster) === 'gce' ? [] : networksOf(networking);
    const podCidr = networking.at('amazonVPC').present ? undefined : cidrAt(networking.at('podCIDR'));
    const services = cidrAt(networking.at('serviceClusterIPRange'));
    for (const subnet of networking.at('subnets').items) {
      const cidr = subnet.at('cidr');
      if (cidr.text === undefined) {
        const ipv6 = networking.at('nonMasqueradeCIDR').text?.includes(':') && subnet.at('ipv6CIDR').text !== undefined;
        if (completed && demandsOf(cluster).subnetCidr && !ipv6) {
          yield required(cidr, 'subnet does not have a cidr set');
        }
        continue;
      }
      yield* misplaced(subnet, { networks, networkCidr: networking.at('networkCIDR').text ?? '', podCidr, services });
    }
  },
};

interface Networks {
  readonly networks: readonly Cidr[];
  readonly networkCidr: string;
  readonly podCidr: Cidr | undefined;
  readonly services: Cidr | undefined;
}

function* misplaced(subnet: Node, { networks, networkCidr, podCidr, services }: Networks): Iterable<Problem> {
  const node = subnet.at('cidr');
  const cidr = cidrAt(node);
  if (cidr === undefined) {
    return;
  }
  const what = `subnet ${JSON.stringify(subnet.at('name').text ?? '')} cidr ${JSON.stringify(node.text)}`;
  if (networks.length > 0 && !networks.some((network) => contains(network, cidr))) {
    const more = networks.length > 1 ? ' or an additionalNetworkCIDR' : '';
    yield forbidden(node, `${what} is not a subnet of the networkCIDR ${JSON.stringify(networkCidr)}${more}`);
  }
  if (podCidr !== undefined && overlaps(cidr, podCidr)) {
    yield forbidden(node, `${what} must not overlap podCIDR "${podCidr.text}"`);
  }
  if (services !== undefined && overlaps(cidr, services)) {
    yield forbidden(node, `${what} must not overlap serviceClusterIPRange "${services.text}"`);
  }
}

function networksOf(networking: Node): readonly Cidr[] {
  const nodes = [networking.at('networkCIDR'), ...networking.at('additionalNetworkCIDRs').items];
  return nodes.map(cidrAt).filter((cidr) => cidr !== undefined);
}

function cidrAt({ text = '' }: Node): Cidr | undefined {
  return parseCidr(text);
}

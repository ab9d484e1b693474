import { includes, parseAddress, parseCidr } from '../../cidr.ts';
import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, notFound, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `awsValidateLoadBalancerSubnets` (pkg/apis/kops/validation/aws.go). */
export const loadBalancerSubnets: ClusterRule = {
  id: 'API-LOAD-BALANCER-SUBNETS',
  on: 'cluster',
  severity: 'error',
  title: 'The load balancer of the API stands in subnets of the cluster, with addresses that fit them.',
  explanation:
    'An address of the subnet can be chosen for an internal network load balancer (`privateIPv4Address`), an Elastic IP for a public one (`allocationId`).',
  kops: ['8.7/5'],
  *check({ cluster }): Iterable<Problem> {
    const loadBalancer = cluster.spec.at('api', 'loadBalancer');
    const subnets = cluster.spec.at('networking', 'subnets').items;
    for (const chosen of cloudOf(cluster) === 'aws' ? loadBalancer.at('subnets').items : []) {
      const name = chosen.at('name');
      const subnet = subnets.find((candidate) => candidate.at('name').text === name.text);
      if (name.text === undefined) {
        yield required(name, "subnet name can't be empty");
      } else if (subnet === undefined) {
        yield notFound(name, '', { value: `subnet ${JSON.stringify(name.text)} not found in cluster subnets` });
      }
      yield* addressProblems(
        chosen.at('privateIPv4Address'),
        name.text === undefined ? undefined : subnet,
        loadBalancer,
      );
      yield* allocationProblems(chosen.at('allocationID'), loadBalancer);
    }
  },
};

function* addressProblems(node: Node, subnet: Node | undefined, loadBalancer: Node): Iterable<Problem> {
  if (typeof node.value !== 'string') {
    return;
  }
  if (node.value === '') {
    yield required(node, "privateIPv4Address can't be empty");
  }
  const address = parseAddress(node.value);
  const network = parseCidr(subnet?.at('cidr').text ?? '');
  if (address?.family !== 4) {
    yield invalid(node, 'privateIPv4Address is not a valid IPv4 address');
  } else if (network !== undefined && !includes(network, address)) {
    yield invalid(node, 'privateIPv4Address is not part of the subnet CIDR');
  }
  if (loadBalancer.at('class').text !== 'Network' || loadBalancer.at('type').text !== 'Internal') {
    yield forbidden(node, 'privateIPv4Address only allowed for internal NLBs');
  }
}

function* allocationProblems(node: Node, loadBalancer: Node): Iterable<Problem> {
  if (typeof node.value !== 'string') {
    return;
  }
  if (node.value === '') {
    yield required(node, "allocationID can't be empty");
  }
  if (loadBalancer.at('class').text !== 'Network' || loadBalancer.at('type').text === 'Internal') {
    yield forbidden(node, 'allocationID only allowed for Public NLBs');
  }
}

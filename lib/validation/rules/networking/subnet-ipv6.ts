import { overlaps, parseCidr } from '../../cidr.ts';
import { cloudOf, isIpv6Cidr } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { cidrProblems } from './cidr-problems.ts';

/** kOps: `validateSubnets` and `validateIPv6CIDR` (pkg/apis/kops/validation/validation.go). */
export const subnetIpv6: ClusterRule = {
  id: 'SUBNET-IPV6-CIDR',
  on: 'cluster',
  severity: 'error',
  title: 'The IPv6 network of a subnet, on AWS only, is one of IPv6, apart from that of the services.',
  explanation:
    'AWS gives a VPC its IPv6 network, so it is mostly not known before: `/64#2` means the third network of 64 bits in it. A network that is known is written in full.',
  kops: ['8.5/7'],
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const services = networking.at('serviceClusterIPRange').text;
    for (const subnet of networking.at('subnets').items) {
      const cidr = subnet.at('ipv6CIDR');
      if (cidr.text !== undefined && cloudOf(cluster) !== 'aws') {
        yield forbidden(cidr, 'ipv6CIDR can only be specified for AWS');
      }
      yield* cidr.text?.startsWith('/') === true ? partProblems(cidr, cidr.text) : networkProblems(cidr, services);
    }
  },
};

/** Of `/64#2`, a part of a network that is not known yet. */
function* partProblems(node: Node, text: string): Iterable<Problem> {
  const [, size] = /^\/(\d+)#[a-f0-9]+$/.exec(text) ?? [];
  if (size === undefined) {
    const detail = `IPv6 CIDR subnet is not parsable: unable to parse CIDR subnet string ${JSON.stringify(text)} using "^/(\\\\d+)#([a-f0-9]+)$"`;
    yield invalid(node, detail);
  } else if (Number(size) > 128) {
    yield invalid(node, 'IPv6 CIDR subnet size must be a value between 0 and 128');
  }
}

function* networkProblems(node: Node, services: string | undefined): Iterable<Problem> {
  if (node.text === undefined) {
    return;
  }
  yield* cidrProblems(node);
  if (!isIpv6Cidr(node.text)) {
    yield invalid(node, 'Network is not an IPv6 CIDR');
  }
  const [network, range] = [parseCidr(node.text), parseCidr(services ?? '')];
  if (network !== undefined && range !== undefined && overlaps(network, range)) {
    const detail = `ipv6CIDR ${JSON.stringify(node.text)} must not overlap serviceClusterIPRange "${range.text}"`;
    yield forbidden(node, detail);
  }
}

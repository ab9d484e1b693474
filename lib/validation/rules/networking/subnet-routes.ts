import { type Cidr, includes, parseCidr } from '../../cidr.ts';
import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { duplicate, forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { cidrProblems } from './cidr-problems.ts';

const targets = ['pcx-', 'i-', 'nat-', 'tgw-', 'igw-', 'eigw-'];

/** kOps: `validateSubnet` (pkg/apis/kops/validation/validation.go) and `awsValidateAdditionalRoutes` (aws.go). */
export const subnetRoutes: ClusterRule = {
  id: 'SUBNET-ROUTES',
  on: 'cluster',
  severity: 'error',
  title: 'On AWS, routes are added to private subnets of kOps, each to another network, by a target that can take it.',
  explanation:
    'kOps writes routes into the tables of the private subnets that it makes. A peering cannot carry what belongs to the network of the cluster itself.',
  kops: ['8.5/11', '8.5/12'],
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const networks = [networking.at('networkCIDR'), ...networking.at('additionalNetworkCIDRs').items]
      .map(({ text = '' }) => parseCidr(text))
      .filter((network) => network !== undefined);
    for (const subnet of cloudOf(cluster) === 'aws' ? networking.at('subnets').items : []) {
      const routes = subnet.at('additionalRoutes');
      if (routes.present && subnet.at('id').text !== undefined) {
        yield forbidden(routes, 'additional routes cannot be added if the subnet is shared');
      } else if (routes.present && subnet.at('type').text !== 'Private') {
        yield forbidden(routes, 'additional routes can only be added on private subnets');
      }
      yield* routeProblems(routes.items, networks);
    }
  },
};

function* routeProblems(routes: readonly Node[], networks: readonly Cidr[]): Iterable<Problem> {
  const seen = new Set(networks.map(({ text }) => text));
  for (const route of routes) {
    const [cidr, target] = [route.at('cidr'), route.at('target')];
    if (!targets.some((prefix) => target.text?.startsWith(prefix))) {
      yield invalid(target, 'unknown target type for route', { value: { cidr: cidr.text, target: target.text } });
    }
    if (cidr.text === undefined) {
      yield invalid(cidr, 'Could not be parsed as a CIDR', { value: '' });
      continue;
    }
    yield* cidrProblems(cidr);
    yield* peering(target, parseCidr(cidr.text), networks);
    if (seen.has(cidr.text)) {
      yield duplicate(cidr);
    }
    seen.add(cidr.text);
  }
}

function* peering(target: Node, route: Cidr | undefined, networks: readonly Cidr[]): Iterable<Problem> {
  if (route === undefined || target.text?.startsWith('pcx-') !== true) {
    return;
  }
  if (networks.some((network) => includes(network, { family: route.family, value: route.network }))) {
    const detail =
      'target is more specific than a network CIDR block. This route can target only an interface or an instance.';
    yield forbidden(target, detail);
  }
}

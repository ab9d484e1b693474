import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { duplicate, forbidden, invalid, type Problem, required, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { inOtherCapitals } from '../one-of.ts';
import { demandsOf } from './cloud-demands.ts';

const types = ['Public', 'Private', 'DualStack', 'Utility'];

/** kOps: `validateSubnets` and `validateSubnet` (pkg/apis/kops/validation/validation.go), `gceValidateCluster` (gce.go). */
export const subnets: ClusterRule = {
  id: 'SUBNET-LIST',
  on: 'cluster',
  severity: 'error',
  title: 'Subnets have names of their own, a type that kOps knows, and ids all or none.',
  explanation:
    'Instance groups name the subnets that they run in. A cluster makes its subnets itself or takes those that are there, never some of each. On GCE a subnet belongs to a region, and has no zone.',
  kops: ['8.2#23', '8.2#24', '8.2#25', '8.2#26', '8.2#33', '8.2#34'],
  *check({ cluster }): Iterable<Problem> {
    const list = cluster.spec.at('networking', 'subnets');
    if (list.items.length === 0 && demandsOf(cluster).subnets) {
      yield required(list, 'must configure at least one subnet (use --zones)');
    }
    const onGce = cloudOf(cluster) === 'gce';
    for (const subnet of list.items) {
      yield* problemsOf(subnet, onGce);
    }
    yield* repeatedNames(list.items);
    const hasId = list.at(0, 'id').text !== undefined;
    for (const subnet of list.items) {
      if ((subnet.at('id').text !== undefined) !== hasId) {
        yield forbidden(subnet.at('id'), 'cannot mix subnets with specified ID and unspecified ID');
      }
    }
  },
};

function* problemsOf(subnet: Node, onGce: boolean): Iterable<Problem> {
  if (subnet.at('name').text === undefined) {
    yield required(subnet.at('name'));
  }
  const type = subnet.at('type').text ?? '';
  if (!types.includes(type)) {
    yield unsupported(subnet.at('type'), types, { value: type, ...inOtherCapitals(subnet.at('type'), types) });
  }
  const zone = subnet.at('zone');
  if (onGce && zone.text !== undefined) {
    const fix = { path: zone.path, value: undefined };
    yield invalid(zone, 'zones should not be specified for GCE subnets, as GCE subnets are regional', { fix });
  }
}

function* repeatedNames(list: readonly Node[]): Iterable<Problem> {
  const seen = new Set<string>();
  for (const subnet of list) {
    const name = subnet.at('name');
    if (name.text !== undefined && seen.has(name.text)) {
      yield duplicate(name);
    }
    seen.add(name.text ?? '');
  }
}

import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { cidrProblems, listedCidrProblems } from './cidr-problems.ts';

/** kOps: `parseCIDR` and its callers (pkg/apis/kops/validation/validation.go). */
export const cidrs: ClusterRule = {
  id: 'CIDR-MALFORMED',
  on: 'cluster',
  severity: 'error',
  title: 'Every network is written as address and size, with the first address of the network.',
  explanation:
    'A network such as `10.0.1.0/16` names one of its own addresses, and it cannot be seen which was meant. Write the first address, or the size that was meant. On AWS, lists of who may come in may also name prefix lists (`pl-…`).',
  kops: ['8.2#35', '8.2#36', '8.5/1'],
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const fields = ['nonMasqueradeCIDR', 'podCIDR', 'serviceClusterIPRange'].map((name) => networking.at(name));
    const networks = cloudOf(cluster) === 'gce' ? [] : [networking.at('networkCIDR')];
    const subnets = networking.at('subnets').items.map((subnet) => subnet.at('cidr'));
    for (const node of [...networks, ...fields, ...subnets]) {
      yield* cidrProblems(node);
    }
    for (const node of networking.at('additionalNetworkCIDRs').items) {
      yield* listedCidrProblems(node);
    }
    const onAws = cloudOf(cluster) === 'aws';
    for (const node of [...cluster.spec.at('sshAccess').items, ...cluster.spec.at('nodePortAccess').items]) {
      yield* accessProblems(node, onAws);
    }
    for (const [index, node] of cluster.spec.at('api', 'access').items.entries()) {
      yield* accessProblems(node, onAws, `spec.kubernetesAPIAccess[${index}]`);
    }
  },
};

function* accessProblems(node: Node, onAws: boolean, kopsPath?: string): Iterable<Problem> {
  if (node.text?.startsWith('pl-') !== true) {
    yield* listedCidrProblems(node, kopsPath);
  } else if (!onAws) {
    yield invalid(node, 'Prefix List ID only supported for AWS', kopsPath === undefined ? {} : { kopsPath });
  }
}

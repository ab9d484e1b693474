import { notFound, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

/** kOps: `CrossValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go), whose path is that of the cluster's subnets. */
export const instanceGroupSubnets: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-SUBNET',
  on: 'instance-group',
  severity: 'error',
  title: 'An instance group names only subnets that its cluster has.',
  explanation:
    'A subnet that was renamed or removed in the cluster leaves its instance groups without a place to run in.',
  kops: ['8.2#50'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    if (cluster === undefined) {
      return;
    }
    const known = new Set(cluster.spec.at('networking', 'subnets').items.map((subnet) => subnet.at('name').text));
    for (const [index, subnet] of instanceGroup.spec.at('subnets').items.entries()) {
      if (subnet.text !== undefined && !known.has(subnet.text)) {
        yield notFound(subnet, '', { kopsPath: `spec.networking.subnets[${index}]` });
      }
    }
  },
};

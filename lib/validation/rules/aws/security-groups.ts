import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { duplicate, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule } from '../../rule.ts';

const explanation =
  'AWS knows a security group by its id, such as `sg-0123456789abcdef0`, not by its name. Write each id once.';

/** kOps: `awsValidateSecurityGroupOverride` and `awsValidateAdditionalSecurityGroups` (pkg/apis/kops/validation/aws.go). */
export const loadBalancerSecurityGroups: ClusterRule = {
  id: 'API-SECURITY-GROUPS',
  on: 'cluster',
  severity: 'error',
  title: 'The security groups of the load balancer of the API are ids of security groups.',
  explanation,
  kops: ['8.7/12'],
  *check({ cluster }): Iterable<Problem> {
    if (cloudOf(cluster) !== 'aws') {
      return;
    }
    const loadBalancer = cluster.spec.at('api', 'loadBalancer');
    const override = loadBalancer.at('securityGroupOverride');
    if (typeof override.value === 'string') {
      yield* unfit(override, override.value, 'security group override');
    }
    yield* unfitGroups(loadBalancer.at('additionalSecurityGroups'));
  },
};

/** kOps: `awsValidateAdditionalSecurityGroups` (pkg/apis/kops/validation/aws.go). */
export const instanceGroupSecurityGroups: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-SECURITY-GROUPS',
  on: 'instance-group',
  severity: 'error',
  title: 'The additional security groups of an instance group are ids of security groups.',
  explanation,
  kops: ['8.7/12'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    if (cluster !== undefined && cloudOf(cluster) === 'aws') {
      yield* unfitGroups(instanceGroup.spec.at('additionalSecurityGroups'));
    }
  },
};

function* unfitGroups(groups: Node): Iterable<Problem> {
  const seen = new Set<string>();
  for (const group of groups.items) {
    if (typeof group.value === 'string') {
      if (seen.has(group.value)) {
        yield duplicate(group);
      }
      seen.add(group.value);
      yield* unfit(group, group.value, 'security group');
    }
  }
}

function* unfit(node: Node, value: string, what: string): Iterable<Problem> {
  if (value.trim() === '') {
    yield invalid(node, `${what} cannot be empty, if specified`);
  } else if (!value.startsWith('sg-')) {
    yield invalid(node, `${what} does not match the expected AWS format`);
  }
}

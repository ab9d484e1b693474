import type { Node } from '../../node.ts';
import { invalid, type Problem, tooMany } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { isArnOf, readArn } from '../arn.ts';

/** kOps: `validateInstanceProfile` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceProfile: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-PROFILE',
  on: 'instance-group',
  severity: 'error',
  title: 'The IAM profile of an instance group is the ARN of an instance profile.',
  explanation: 'Machines get an instance profile, which holds a role; the ARN of the role itself does not do.',
  kops: ['8.7/18'],
  *check({ instanceGroup }): Iterable<Problem> {
    const profile = instanceGroup.spec.at('iam', 'profile');
    if (typeof profile.value === 'string' && !isArnOf(profile.value, ['instance-profile/'])) {
      const detail =
        'Instance Group IAM Instance Profile must be a valid aws arn such as arn:aws:iam::123456789012:instance-profile/KopsExampleRole';
      yield invalid(profile, detail);
    }
  },
};

const longestName = 32;

/** kOps: `validateExternalLoadBalancer` (pkg/apis/kops/validation/instancegroup.go). */
export const externalLoadBalancers: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-LOAD-BALANCERS',
  on: 'instance-group',
  severity: 'error',
  title: 'An external load balancer is a name, or the ARN of a target group.',
  explanation:
    'A classic load balancer is attached by its name; of all others the target group is, by its ARN. Both in one entry cannot be: write two.',
  kops: ['8.7/23'],
  *check({ instanceGroup }): Iterable<Problem> {
    for (const loadBalancer of instanceGroup.spec.at('externalLoadBalancers').items) {
      const [name, arn] = [loadBalancer.at('loadBalancerName'), loadBalancer.at('targetGroupARN')];
      if (name.present && arn.present) {
        yield tooMany(loadBalancer, 'must have at most 1 item', { value: 2 });
      }
      if (Buffer.byteLength(name.text ?? '') > longestName) {
        yield invalid(name, 'Load Balancer name must have at most 32 characters');
      }
      if (typeof arn.value === 'string') {
        yield* targetGroupProblems(arn, arn.value);
      }
    }
  },
};

function* targetGroupProblems(node: Node, text: string): Iterable<Problem> {
  const arn = readArn(text);
  if ('reason' in arn) {
    yield invalid(node, `Target Group ARN must be a valid AWS ARN: ${arn.reason}`);
    return;
  }
  const parts = arn.resource.split('/');
  const [kind, name = ''] = parts;
  if (parts.length !== 3) {
    const detail =
      'Target Group ARN resource must be a valid AWS ARN resource such as "targetgroup/tg-name/1234567890123456"';
    yield invalid(node, detail);
    return;
  }
  if (kind !== 'targetgroup') {
    yield invalid(node, 'Target Group ARN resource type must be "targetgroup"', { value: kind });
  }
  if (Buffer.byteLength(name) > longestName) {
    yield invalid(node, 'Target Group ARN resource name must have at most 32 characters', { value: name });
  }
}

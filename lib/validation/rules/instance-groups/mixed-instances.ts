import { cloudOf } from '../../cluster-facts.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { oneOfGiven } from '../one-of.ts';

const strategies = [
  'lowest-price',
  'diversified',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'price-capacity-optimized',
];

/** kOps: `awsValidateMixedInstancesPolicy` (pkg/apis/kops/validation/aws.go). Which machine types have a GPU only AWS can say. */
export const mixedInstances: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-MIXED-INSTANCES',
  on: 'instance-group',
  severity: 'error',
  title: 'The shares of a mixed instances policy are between nothing and all.',
  explanation:
    '`onDemandBase` counts machines, of which there are at most `maxSize`; `onDemandAboveBase` is the percentage of on-demand machines among all further ones.',
  kops: ['8.7/26'],
  *check({ instanceGroup: { spec }, cluster, completed }): Iterable<Problem> {
    if (cluster === undefined || cloudOf(cluster) !== 'aws') {
      return;
    }
    const policy = spec.at('mixedInstancesPolicy');
    const [base, aboveBase] = [policy.at('onDemandBase'), policy.at('onDemandAboveBase')];
    // A size that is absent is filled in before kOps compares it.
    const size = spec.at('maxSize').number ?? (completed ? 0 : Number.POSITIVE_INFINITY);
    if (base.number !== undefined && base.number < 0) {
      yield invalid(base, 'cannot be less than zero');
    }
    if (base.number !== undefined && base.number > size) {
      yield invalid(base, 'cannot be greater than max size');
    }
    if (aboveBase.number !== undefined && aboveBase.number < 0) {
      yield invalid(aboveBase, 'cannot be less than 0');
    }
    if (aboveBase.number !== undefined && aboveBase.number > 100) {
      yield invalid(aboveBase, 'cannot be greater than 100');
    }
    yield* oneOfGiven(policy.at('spotAllocationStrategy'), strategies);
  },
};

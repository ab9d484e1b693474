import type { Problem } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule } from '../../rule.ts';
import { oneOfGiven } from '../one-of.ts';

const policies = ['automatic', 'external'];

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const clusterUpdatePolicy: ClusterRule = {
  id: 'UPDATE-POLICY',
  on: 'cluster',
  severity: 'error',
  title: 'The update policy of a cluster is automatic or external.',
  explanation:
    'With `automatic`, which is also what an absent field means, machines install security updates by themselves and may restart services for it. With `external` kOps turns that off, and updates come by new images or whatever else you run. Any other word is refused: remove the field, or write one of the two.',
  kops: ['8.5/2'],
  check: ({ cluster }): Iterable<Problem> => oneOfGiven(cluster.spec.at('updatePolicy'), policies),
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupUpdatePolicy: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-UPDATE-POLICY',
  on: 'instance-group',
  severity: 'error',
  title: 'The update policy of an instance group is automatic or external.',
  explanation:
    'It overrides that of the cluster for the machines of the group; an absent field leaves the choice to the cluster. See UPDATE-POLICY for what the two words do.',
  kops: ['8.5/2'],
  check: ({ instanceGroup }): Iterable<Problem> => oneOfGiven(instanceGroup.spec.at('updatePolicy'), policies),
};

import type { Problem } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

const policies = ['automatic', 'external'];

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const clusterUpdatePolicy: ClusterRule = {
  id: 'UPDATE-POLICY',
  on: 'cluster',
  severity: 'error',
  title: 'The update policy of a cluster is automatic or external.',
  explanation: '`automatic` lets machines install security updates; `external` leaves that to something else.',
  kops: ['8.5/2'],
  check: ({ cluster }): Iterable<Problem> => oneOf(cluster.spec.at('updatePolicy'), policies),
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupUpdatePolicy: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-UPDATE-POLICY',
  on: 'instance-group',
  severity: 'error',
  title: 'The update policy of an instance group is automatic or external.',
  explanation: 'It overrides that of the cluster for the machines of the group.',
  kops: ['8.5/2'],
  check: ({ instanceGroup }): Iterable<Problem> => oneOf(instanceGroup.spec.at('updatePolicy'), policies),
};

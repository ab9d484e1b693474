import { type Problem, required } from '../../problem.ts';
import type { SetRule } from '../../rule.ts';

/** kOps: `DeepValidate` (pkg/apis/kops/validation/legacy.go), without a path. */
export const instanceGroupKinds: SetRule = {
  id: 'INSTANCE-GROUPS-INCOMPLETE',
  on: 'set',
  severity: 'error',
  title: 'A cluster has an instance group of the control plane, and one of another role.',
  explanation:
    'Without them kOps updates nothing. A cluster without any instance group is taken as one that is just being made, unless it has been applied before.',
  kops: ['8.2#47', '8.2#48', '8.2#49'],
  *check({ cluster, instanceGroups, applied }): Iterable<Problem> {
    const controlPlane = instanceGroups.filter(({ spec }) => spec.at('role').text === 'ControlPlane').length;
    if (instanceGroups.length === 0) {
      if (applied !== undefined) {
        yield required(cluster.spec, 'must configure at least one InstanceGroup');
      }
    } else if (controlPlane === 0) {
      yield required(cluster.spec, 'must configure at least one ControlPlane InstanceGroup');
    } else if (controlPlane === instanceGroups.length) {
      yield required(cluster.spec, 'must configure at least one Node InstanceGroup');
    }
  },
};

import { forbidden, invalid, type Problem, required } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const controlPlaneSize: InstanceGroupRule = {
  id: 'CONTROL-PLANE-SIZE',
  on: 'instance-group',
  severity: 'error',
  title: 'An instance group of the control plane has one machine, in a subnet that it names.',
  explanation:
    'Each machine of the control plane carries the volumes of its etcd members, so it cannot be one of several alike. Make one instance group for each.',
  kops: ['8.2#55', '8.2#56', '8.2#57'],
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    if (spec.at('role').text !== 'ControlPlane') {
      return;
    }
    if (spec.at('subnets').items.length === 0) {
      yield required(spec.at('subnets'), 'controlPlane InstanceGroup must specify at least one Subnet');
    }
    if ((spec.at('minSize').number ?? 0) > 1) {
      yield invalid(spec.at('minSize'), 'controlPlane InstanceGroup must have minSize set to 1');
    }
    if ((spec.at('maxSize').number ?? 0) > 1) {
      const detail = 'controlPlane InstanceGroup must have maxSize set to 1, add more InstanceGroups instead';
      yield invalid(spec.at('maxSize'), detail);
    }
  },
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupSize: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-SIZE',
  on: 'instance-group',
  severity: 'error',
  title: 'The greatest size of an instance group is not below its least.',
  explanation:
    'The cloud refuses a group whose bounds cross. In the completed spec of a group that the cloud manages, both must be there.',
  kops: ['8.2#58', '8.2#59'],
  *check({ instanceGroup: { spec }, completed }): Iterable<Problem> {
    const [min, max] = [spec.at('minSize'), spec.at('maxSize')];
    if (completed && spec.at('manager').text === 'CloudGroup') {
      if (max.number === undefined) {
        yield forbidden(max, 'maxSize must be set');
      }
      if (min.number === undefined) {
        yield forbidden(min, 'minSize must be set');
      }
    }
    if (max.number !== undefined && min.number !== undefined && max.number < min.number) {
      yield forbidden(max, 'maxSize must be greater than or equal to minSize.');
    }
  },
};

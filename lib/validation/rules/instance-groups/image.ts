import { forbidden, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupImage: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-IMAGE',
  on: 'instance-group',
  severity: 'error',
  title: 'A completed instance group names the image of its machines.',
  explanation:
    'kOps takes the image of the channel where none is given; by the time the spec is applied, there must be one.',
  kops: ['8.2#60'],
  *check({ instanceGroup: { spec }, completed }): Iterable<Problem> {
    if (completed && spec.at('image').text === undefined) {
      yield forbidden(spec.at('image'), 'image must be specified.');
    }
  },
};

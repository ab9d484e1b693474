import type { KopsObject } from '../../kops-object.ts';
import { duplicate, type Problem, required } from '../../problem.ts';
import type { InstanceGroupRule, SetRule } from '../../rule.ts';

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupName: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-NAME',
  on: 'instance-group',
  severity: 'error',
  title: 'Every instance group has a name.',
  explanation: 'The name is the key of the instance group in the state store, and a part of the names of its machines.',
  kops: ['8.2#52'],
  *check({ instanceGroup }): Iterable<Problem> {
    const name = instanceGroup.root.at('metadata', 'name');
    if (name.text === undefined) {
      yield required(name, '', { kopsPath: 'objectMeta.name' });
    }
  },
};

/** kOps: `CreateClusterConfig` (pkg/apis/kops/registry/helpers.go), which says `duplicate InstanceGroup Name found: "<n>"`. */
export const instanceGroupNamesDiffer: SetRule = {
  id: 'INSTANCE-GROUP-TWICE',
  on: 'set',
  severity: 'error',
  title: 'No two instance groups of a cluster have one name.',
  explanation: 'In the state store the second would overwrite the first. Give one of them another name.',
  kops: ['8.2#65'],
  *check({ instanceGroups }): Iterable<Problem> {
    const seen = new Set<string>();
    for (const group of instanceGroups) {
      if (isRepeated(group, seen)) {
        yield duplicate(group.root.at('metadata', 'name'));
      }
      seen.add(group.name);
    }
  },
};

function isRepeated({ name }: KopsObject, seen: ReadonlySet<string>): boolean {
  return name !== '' && seen.has(name);
}

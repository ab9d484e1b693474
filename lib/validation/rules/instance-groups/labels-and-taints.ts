import { duplicate, invalid, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { reservedLabels } from '../update/cloud-labels.ts';

const groupLabel = 'kops.k8s.io/instancegroup';

/** kOps: `validateNodeLabels` and `validateIGCloudLabels` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupLabels: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-LABELS',
  on: 'instance-group',
  severity: 'error',
  title: 'Labels of nodes are names of labels, and those of cloud resources none that kOps needs itself.',
  explanation:
    'The name of a label of Kubernetes has at most one slash. kOps finds the resources of an instance group by labels of its own, which nothing else may set to another value.',
  kops: ['8.7/19', '8.7/20'],
  *check({ instanceGroup: { spec, name } }): Iterable<Problem> {
    for (const [label, node] of spec.at('nodeLabels').entries) {
      if (label.split('/').length > 2) {
        yield invalid(node, 'Node label may only contain a single slash', {
          value: label,
          kopsPath: 'spec.nodeLabels',
        });
      }
    }
    const labels = spec.at('cloudLabels');
    const own = labels.at(groupLabel); // kOps prints the label like a field.
    if (own.present && own.value !== name) {
      yield invalid(own, 'value must match instance group name', { value: groupLabel });
    }
    yield* reservedLabels(labels, [groupLabel]);
  },
};

/** kOps: `ParseTaint` (pkg/apis/kops/util/taints.go). */
export const taints: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-TAINTS',
  on: 'instance-group',
  severity: 'error',
  title: 'Every taint is written as `key=value:effect`, and once.',
  explanation:
    'The value may be left out (`key:effect`). Effects are `NoSchedule`, `PreferNoSchedule` and `NoExecute`.',
  kops: ['8.7/21'],
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    const seen = new Set<string>();
    for (const taint of spec.at('taints').items) {
      if (typeof taint.value === 'string') {
        const [pair = '', ...effects] = taint.value.split(':');
        if (effects.length > 1 || (effects.length === 1 && pair.split('=').length > 2)) {
          yield invalid(taint, 'invalid taint value');
        }
        if (seen.has(taint.value)) {
          yield duplicate(taint);
        }
        seen.add(taint.value);
      }
    }
  },
};

import { whyNotDnsSubdomain } from '../../dns-name.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

const effects: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Kubernetes: `CheckTaintValidation` (pkg/util/taints) of the kubelet, and `validateNodeTaints` of the API server. */
export const taintEffects: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-TAINT-EFFECT',
  on: 'instance-group',
  severity: 'warning',
  title: 'Every taint ends in an effect that Kubernetes has.',
  explanation:
    'kOps hands taints on as they are. With another effect the kubelet does not start, and without one the API server refuses the node, so that no machine of the group joins the cluster. Effects are `NoSchedule`, `PreferNoSchedule` and `NoExecute`, in just this spelling.',
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    for (const taint of spec.at('taints').items) {
      const [, effect = '', ...more] = taint.text?.split(':') ?? [];
      if (taint.text !== undefined && more.length === 0 && !effects.includes(effect)) {
        const what = effect === '' ? 'it has no effect' : `Kubernetes has no effect ${JSON.stringify(effect)}`;
        const detail = `${what}, and no machine of the group joins the cluster: write key=value:EFFECT with one of ${effects.join(', ')}`;
        yield invalid(taint, detail);
      }
    }
  },
};

/** Kubernetes: `IsQualifiedName` and `IsValidLabelValue` (k8s.io/apimachinery/pkg/util/validation). */
export const labelSyntax: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-LABEL-SYNTAX',
  on: 'instance-group',
  severity: 'warning',
  title: 'Labels of nodes are written as Kubernetes writes labels.',
  explanation:
    'kOps hands labels on as they are, and the API server refuses a label that it cannot read, and all others of the node with it. The name of a label and its value have at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; a value may be empty, and before the name may stand a DNS name and a slash.',
  *check({ instanceGroup: { spec } }): Iterable<Problem> {
    for (const [label, node] of spec.at('nodeLabels').entries) {
      const [name = '', prefix, ...more] = label.split('/').reverse();
      const isName = isWord(name) && (prefix === undefined || whyNotDnsSubdomain(prefix).length === 0);
      if (more.length === 0 && !isName) {
        yield invalid(node, 'Kubernetes refuses this name of a label', { value: label });
      }
      if (typeof node.value === 'string' && node.value !== '' && !isWord(node.value)) {
        yield invalid(node, 'Kubernetes refuses this value of a label');
      }
    }
  },
};

function isWord(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}

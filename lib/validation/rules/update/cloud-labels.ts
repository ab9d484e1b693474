import type { Node } from '../../node.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const reserved = ['Name', 'KubernetesCluster'];
const reservedPrefixes = ['kubernetes.io/cluster/', 'k8s.io/role/', 'kops.k8s.io/'];

/** kOps: `validateClusterCloudLabels` (pkg/apis/kops/validation/cluster.go). */
export const clusterCloudLabels: ClusterRule = {
  id: 'CLOUD-LABELS-RESERVED',
  on: 'cluster',
  severity: 'error',
  title: 'The labels that a cluster gives to its cloud resources are none of those that kOps needs itself.',
  explanation:
    'kOps finds what belongs to a cluster by these labels. It takes a new cluster with one of them, and refuses every later change of it. Choose another name.',
  kops: ['8.4/6'],
  *check({ cluster }): Iterable<Problem> {
    yield* reservedLabels(cluster.spec.at('cloudLabels'));
  },
};

/** The labels among those given that kOps needs itself, but for those `allowed`. */
export function* reservedLabels(labels: Node, allowed: readonly string[] = []): Iterable<Problem> {
  for (const [label] of labels.entries.filter(([name]) => !allowed.includes(name))) {
    const node = labels.at(label); // kOps prints the label like a field.
    if (reserved.includes(label)) {
      yield forbidden(node, `${JSON.stringify(label)} is a reserved label and cannot be used as a custom label`);
    }
    const prefix = reservedPrefixes.find((candidate) => label.startsWith(candidate));
    if (prefix !== undefined) {
      yield forbidden(node, `"${prefix}" is a reserved label prefix and cannot be used as a custom label`);
    }
  }
}

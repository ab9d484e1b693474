import { type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const components = [
  'kubelet',
  'controlPlaneKubelet',
  'kubeControllerManager',
  'kubeDNS',
  'kubeScheduler',
  'kubeAPIServer',
  'kubeProxy',
];

/** kOps: `ValidateCluster` (pkg/apis/kops/validation/legacy.go). */
export const componentsComplete: ClusterRule = {
  id: 'COMPONENTS-COMPLETE',
  on: 'cluster',
  severity: 'error',
  title: 'A completed spec configures every component of Kubernetes.',
  explanation:
    'kOps writes the completed spec itself, and machines are set up by it. One without a component was cut or edited by hand: run `kops update cluster` to write it anew.',
  kops: ['8.6/1'],
  *check({ cluster, completed }): Iterable<Problem> {
    for (const name of completed ? components : []) {
      const component = cluster.spec.at(name);
      if (!component.present) {
        yield required(component, `${name} not configured`);
      }
    }
  },
};

import { invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { kubernetesVersionOf } from '../../versions.ts';

/** kOps: `ValidateCluster` (pkg/apis/kops/validation/legacy.go), which looks no further without it. */
export const kubernetesVersion: ClusterRule = {
  id: 'KUBERNETES-VERSION',
  on: 'cluster',
  severity: 'error',
  title: 'The cluster names the Kubernetes version that it runs.',
  explanation: 'Without a version that it can read, kOps checks nothing else of the spec. Write it like `1.34.2`.',
  kops: ['8.2#1', '8.2#2'],
  *check({ cluster }): Iterable<Problem> {
    const version = cluster.spec.at('kubernetesVersion');
    if (version.text === undefined) {
      yield required(version);
    } else if (kubernetesVersionOf(cluster.spec) === undefined) {
      yield invalid(version, 'unable to determine kubernetes version');
    }
  },
};

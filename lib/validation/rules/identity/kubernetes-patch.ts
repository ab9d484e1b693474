import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `BuildKubernetesFileAssets` (pkg/nodemodel/fileassets.go). */
export const kubernetesPatch: ClusterRule = {
  id: 'KUBERNETES-VERSION-INCOMPLETE',
  on: 'cluster',
  severity: 'warning',
  title: 'The Kubernetes version of a cluster has all three parts.',
  explanation:
    'kOps fetches Kubernetes from a directory of exactly that name below `https://dl.k8s.io/release/`. There is one for every release, like `v1.34.2`, and none for `v1.34`, so that `kops update cluster` fails.',
  *check({ cluster }): Iterable<Problem> {
    const version = cluster.spec.at('kubernetesVersion');
    const [, parts] = /^v?(\d+\.\d+)$/.exec(version.text ?? '') ?? [];
    if (parts !== undefined) {
      yield invalid(
        version,
        `there is no release ${parts} that kOps could fetch: write all three parts, like ${parts}.2`,
      );
    }
  },
};

import { cloudOf } from '../../cluster-facts.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `linodeValidateCluster` (pkg/apis/kops/validation/linode.go). */
export const linodeName: ClusterRule = {
  id: 'LINODE-NAME-LENGTH',
  on: 'cluster',
  severity: 'error',
  title: 'On Linode, the name of a cluster has at most 32 characters.',
  explanation: 'Linode limits the labels that kOps makes of the name. Choose a shorter name.',
  kops: ['8.2#8'],
  *check({ cluster }): Iterable<Problem> {
    const name = cluster.root.at('metadata', 'name');
    if (cloudOf(cluster) === 'linode' && Buffer.byteLength(name.text ?? '') > 32) {
      yield invalid(name, 'cluster name must be no more than 32 characters long', { kopsPath: 'objectMeta.name' });
    }
  },
};

import { cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem, required, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** In the order in which kOps declares them for v1alpha2 (pkg/apis/kops/v1alpha2/conversion.go). */
const known = ['gce', 'digitalocean', 'azure', 'aws', 'hetzner', 'linode', 'openstack', 'scaleway'];

/** kOps: `validateCloudProvider` (pkg/apis/kops/validation/validation.go), and its conversion of v1alpha2. */
export const cloudProvider: ClusterRule = {
  id: 'CLOUD-PROVIDER',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster names exactly one cloud.',
  explanation:
    'Most of the spec means something else, or nothing, on another cloud. Name the one that the cluster runs on in `spec.cloudProvider`.',
  kops: ['8.2#9', '8.2#10'],
  *check({ cluster }): Iterable<Problem> {
    const provider = cluster.spec.at('cloudProvider');
    const [first, ...others] = provider.fields;
    if (cloudOf(cluster) === undefined) {
      yield first === undefined ? required(provider) : unsupported(provider, known, { value: first[0] });
    }
    for (const [, node] of others) {
      yield forbidden(node, 'only one cloudProvider option permitted');
    }
  },
};

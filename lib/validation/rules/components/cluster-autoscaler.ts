import { cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

/** kOps: `validateClusterAutoscaler` (pkg/apis/kops/validation/validation.go), whether or not it is enabled. */
export const clusterAutoscaler: ClusterRule = {
  id: 'CLUSTER-AUTOSCALER',
  on: 'cluster',
  severity: 'error',
  title: 'The cluster autoscaler runs on a cloud that it knows, and chooses as it can there.',
  explanation: 'It knows prices on GCE only, and instance groups of kOps on OpenStack not at all.',
  kops: ['8.6/19'],
  *check({ cluster }): Iterable<Problem> {
    const autoscaler = cluster.spec.at('clusterAutoscaler');
    const expander = autoscaler.at('expander');
    yield* oneOf(expander, ['least-waste', 'random', 'most-pods', 'price', 'priority']);
    if (expander.text === 'price' && cloudOf(cluster) !== 'gce') {
      yield forbidden(expander, 'Cluster autoscaler price expander is only supported on GCE');
    }
    if (autoscaler.present && cloudOf(cluster) === 'openstack') {
      yield forbidden(autoscaler, 'Cluster autoscaler is not supported on OpenStack');
    }
  },
};

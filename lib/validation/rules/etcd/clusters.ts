import { forbidden, type Problem, required, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { inOtherCapitals } from '../one-of.ts';

/** kOps: `validateClusterSpec`, `validateEtcdClusterSpec` and `validateEtcdBackupStore` (pkg/apis/kops/validation/validation.go). */
export const etcdClusters: ClusterRule = {
  id: 'ETCD-CLUSTERS',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster has etcd clusters, each with a name of its own that kOps knows, run by etcd-manager.',
  explanation:
    'kOps keeps the state of the API server in `main`, its events in `events`, and of Cilium in `cilium` where that is asked for. Two etcd clusters with one name would write their backups into one directory.',
  kops: ['8.2#11', '8.2#12', '8.2#13', '8.2#22'],
  *check({ cluster }): Iterable<Problem> {
    const clusters = cluster.spec.at('etcdClusters');
    if (clusters.items.length === 0) {
      yield required(clusters);
    }
    const names = new Set<string>();
    for (const etcdCluster of clusters.items) {
      const name = etcdCluster.at('name').text ?? '';
      if (!['cilium', 'main', 'events', 'leases'].includes(name)) {
        yield unsupported(etcdCluster.at('name'), ['cilium', 'main', 'events', 'leases'], { value: name });
      }
      const provider = etcdCluster.at('provider');
      if (provider.text !== undefined && provider.text !== 'Manager') {
        yield unsupported(provider, ['Manager'], inOtherCapitals(provider, ['Manager']));
      }
      if (names.has(name)) {
        const kopsPath = 'spec.etcdClusters[0].backupStore';
        yield forbidden(etcdCluster.at('name'), 'the backup store must be unique for each etcd cluster', { kopsPath });
      }
      names.add(name);
    }
  },
};

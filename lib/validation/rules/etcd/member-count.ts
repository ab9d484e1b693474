import { invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateEtcdClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const etcdMemberCount: ClusterRule = {
  id: 'ETCD-MEMBER-COUNT',
  on: 'cluster',
  severity: 'error',
  title: 'Every etcd cluster has an odd number of members.',
  explanation:
    'An even number of members tolerates no more failures than the odd number below it, and can split into halves that both lack a majority. Give every etcd cluster one, three or five members, each in a control plane instance group of its own.',
  kops: ['8.2#14', '8.2#15'],
  *check({ cluster }): Iterable<Problem> {
    for (const etcdCluster of cluster.spec.at('etcdClusters').items) {
      const members = etcdCluster.at('etcdMembers');
      const count = members.items.length;
      if (count === 0) {
        yield required(members, 'No members defined in etcd cluster');
      } else if (count % 2 === 0) {
        const detail =
          'Should be an odd number of control-plane-zones for quorum. Use --zones and --control-plane-zones to declare node zones and control-plane zones separately';
        yield invalid(members, detail, { value: count });
      }
    }
  },
};

import type { Node } from '../../node.ts';
import { duplicate, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateEtcdMemberSpec` (pkg/apis/kops/validation/validation.go), and `upup/pkg/fi/cloudup/populate_cluster_spec.go` for names that repeat. */
export const etcdMembers: ClusterRule = {
  id: 'ETCD-MEMBERS',
  on: 'cluster',
  severity: 'error',
  title: 'Every member of an etcd cluster has a name of its own and the instance group that it runs in.',
  explanation:
    'etcd-manager finds the volume of a member by its name, and kOps makes the volume where the instance group is. Give each member both.',
  kops: ['8.2#16', '8.2#17', '8.2#66'],
  *check({ cluster }): Iterable<Problem> {
    for (const etcdCluster of cluster.spec.at('etcdClusters').items) {
      const members = etcdCluster.at('etcdMembers').items;
      for (const member of members) {
        if (member.at('name').text === undefined) {
          yield required(member.at('name'), 'etcdMember did not have name');
        }
        if (member.at('instanceGroup').text === undefined) {
          yield required(member.at('instanceGroup'), 'etcdMember did not have instanceGroup');
        }
      }
      yield* repeated(members.map((member) => member.at('name')));
    }
  },
};

function* repeated(names: readonly Node[]): Iterable<Problem> {
  const seen = new Set<string>();
  for (const name of names) {
    if (name.text !== undefined && seen.has(name.text)) {
      yield duplicate(name);
    }
    seen.add(name.text ?? '');
  }
}

import type { Node } from '../../node.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `ValidateClusterUpdate` and `validateEtcdClusterUpdate` (pkg/apis/kops/validation/cluster.go). */
export const etcdClustersKept: ClusterRule = {
  id: 'ETCD-CLUSTERS-KEPT',
  on: 'cluster',
  severity: 'error',
  title: 'An etcd cluster that was applied stays, with its image, and its members stay in their instance groups.',
  explanation:
    'The data of a member lies on a volume in the zone of its instance group, and only etcd-manager can move an etcd cluster to another version. Take the change back; to replace a member, give the new one a name of its own.',
  kops: ['8.4/1', '8.4/2', '8.4/3', '8.4/4'],
  *check({ cluster, applied }): Iterable<Problem> {
    const clusters = cluster.spec.at('etcdClusters');
    for (const before of applied?.spec.at('etcdClusters').items ?? []) {
      const name = before.at('name').text ?? '';
      const now = clusters.items.findLast((etcdCluster) => (etcdCluster.at('name').text ?? '') === name);
      if (now === undefined) {
        yield forbidden(clusters.at({ key: name }), 'EtcdClusters cannot be removed');
      } else {
        yield* changes(now, before, `spec.etcdClusters[${name}]`);
      }
    }
  },
};

function* changes(now: Node, before: Node, kopsCluster: string): Iterable<Problem> {
  const [image, version] = [now.at('image'), now.at('version')];
  if (image.text !== before.at('image').text) {
    const kopsPath = `${kopsCluster}.image`;
    yield forbidden(image, 'image can only be set when creating a new etcd cluster', { kopsPath });
  }
  if (image.text !== undefined && version.text !== before.at('version').text) {
    yield forbidden(version, 'version cannot be changed when image is set', { kopsPath: `${kopsCluster}.version` });
  }
  for (const member of now.at('etcdMembers').items) {
    const name = member.at('name').text;
    const old = before.at('etcdMembers').items.findLast((candidate) => candidate.at('name').text === name);
    const group = member.at('instanceGroup');
    if (old !== undefined && group.text !== old.at('instanceGroup').text) {
      const kopsPath = `${kopsCluster}.etcdMembers[${name}].instanceGroup`;
      yield forbidden(group, 'instanceGroup cannot be changed', { kopsPath });
    }
  }
}

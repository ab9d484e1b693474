import type { KopsObject } from '../../kops-object.ts';
import { forbidden, notFound, type Problem } from '../../problem.ts';
import type { InstanceGroupRule, SetRule } from '../../rule.ts';

/** kOps: `ValidateControlPlaneInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const controlPlaneHasMember: InstanceGroupRule = {
  id: 'CONTROL-PLANE-WITHOUT-ETCD',
  on: 'instance-group',
  severity: 'error',
  title: 'Every instance group of the control plane carries a member of every etcd cluster.',
  explanation:
    'Each machine of the control plane runs an API server that speaks to the etcd beside it. Add the member to `spec.etcdClusters` of the cluster, or remove the instance group.',
  kops: ['8.2#51'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    if (instanceGroup.spec.at('role').text !== 'ControlPlane') {
      return;
    }
    for (const etcdCluster of cluster?.spec.at('etcdClusters').items ?? []) {
      const owners = etcdCluster.at('etcdMembers').items.map((member) => member.at('instanceGroup').text ?? '');
      if (!owners.includes(instanceGroup.name)) {
        const etcdName = etcdCluster.at('name').text ?? '';
        const detail = `InstanceGroup "${instanceGroup.name}" with role ControlPlane must have a member in etcd (IG: "${owners.at(-1) ?? ''}") cluster "${etcdName}"`;
        yield forbidden(instanceGroup.root.at('metadata', 'name'), detail, { kopsPath: 'spec.metadata.name' });
      }
    }
  },
};

/** kOps does not look: a member whose instance group is gone waits for a machine that never comes. */
export const memberHasControlPlane: SetRule = {
  id: 'ETCD-MEMBER-NOWHERE',
  on: 'set',
  severity: 'error',
  title: 'Every member of an etcd cluster names an instance group of the control plane that is there.',
  explanation:
    'kOps checks only the other direction. A member in an instance group that does not exist, or that is not of the control plane, never starts, and counts against the quorum.',
  *check({ cluster, instanceGroups }): Iterable<Problem> {
    if (instanceGroups.length === 0) {
      return; // The cluster by itself: its instance groups may lie elsewhere.
    }
    const members = cluster.spec.at('etcdClusters').items.flatMap((etcdCluster) => etcdCluster.at('etcdMembers').items);
    for (const owner of members.map((member) => member.at('instanceGroup'))) {
      const group = instanceGroups.find(({ name }) => name === owner.text);
      if (owner.text !== undefined && !isControlPlane(group)) {
        yield notFound(
          owner,
          group === undefined
            ? 'there is no such instance group; name one of the control plane'
            : 'this instance group is not of the control plane; name one that is',
        );
      }
    }
  },
};

function isControlPlane(group: KopsObject | undefined): boolean {
  return group?.spec.at('role').text === 'ControlPlane';
}

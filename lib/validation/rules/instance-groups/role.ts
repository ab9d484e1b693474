import { cloudOf, usesNoneDns } from '../../cluster-facts.ts';
import { forbidden, type Problem, required, unsupported } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { inOtherCapitals } from '../one-of.ts';

const usable = ['ControlPlane', 'APIServer', 'Node', 'Bastion'];
/** What kOps lists as supported; the last three are not built, and are refused all the same. */
const listed = [...usable, 'Etcd', 'Scheduler', 'KubeControllerManager'];

/** kOps: `ValidateInstanceGroup` and `CrossValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupRole: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-ROLE',
  on: 'instance-group',
  severity: 'error',
  title: 'Every instance group has a role that its cloud can have.',
  explanation:
    'The role decides what runs on the machines. v1alpha2 calls the control plane `Master`. API servers by themselves exist on AWS, with DNS, and on GCE. kOps lists `Etcd`, `Scheduler` and `KubeControllerManager` as supported, and refuses them.',
  kops: ['8.2#53', '8.2#54', '8.2#61', '8.2#62'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    const role = instanceGroup.spec.at('role');
    if (role.text === undefined) {
      yield required(role, 'Role must be set');
      return;
    }
    if (!usable.includes(role.text)) {
      yield unsupported(role, listed, inOtherCapitals(role, usable));
    }
    if (role.text !== 'APIServer' || cluster === undefined || cloudOf(cluster) === 'gce') {
      return;
    }
    if (cloudOf(cluster) !== 'aws') {
      yield forbidden(role, 'APIServer role only supported on AWS and GCE');
    } else if (usesNoneDns(cluster)) {
      yield forbidden(role, 'APIServer cannot be used with topology.dns.type=None');
    }
  },
};

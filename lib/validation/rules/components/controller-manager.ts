import { contains, parseCidr } from '../../cidr.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `ValidateCluster` (pkg/apis/kops/validation/legacy.go). */
export const controllerManagerNetwork: ClusterRule = {
  id: 'CONTROLLER-MANAGER-CIDR',
  on: 'cluster',
  severity: 'error',
  title: 'The network from which the controller manager gives addresses to nodes lies in nonMasqueradeCIDR.',
  explanation: 'Traffic between pods outside that network is masqueraded. Leave the field out: kOps takes podCIDR.',
  kops: ['8.6/2'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const clusterCidr = spec.at('kubeControllerManager', 'clusterCIDR');
    const outer = spec.at('networking', 'nonMasqueradeCIDR');
    if (clusterCidr.text === undefined) {
      return;
    }
    const [inner, range] = [parseCidr(clusterCidr.text), parseCidr(outer.text ?? '')];
    if (inner === undefined) {
      yield invalid(clusterCidr, 'cluster had an invalid kubeControllerManager.clusterCIDR');
    } else if (range !== undefined && !contains(range, inner)) {
      const detail = `kubeControllerManager.clusterCIDR ${JSON.stringify(clusterCidr.text)} must be a subnet of nonMasqueradeCIDR ${JSON.stringify(outer.text)}`;
      yield forbidden(clusterCidr, detail);
    }
  },
};

/** kOps: `validateKubeControllerManager` and `validateKubeScheduler` (pkg/apis/kops/validation/validation.go). */
export const controlPlaneRemovedFields: ClusterRule = {
  id: 'CONTROL-PLANE-FIELDS-REMOVED',
  on: 'cluster',
  severity: 'error',
  title: 'The controller manager and the scheduler are given no options that Kubernetes removed.',
  explanation: 'They do not start with an option that they do not know. The text names what took its place.',
  kops: ['8.6/10', '8.6/11'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const duration = spec.at('kubeControllerManager', 'experimentalClusterSigningDuration');
    if (duration.present) {
      const detail =
        'experimentalClusterSigningDuration has been replaced with clusterSigningDuration as of kubernetes 1.25';
      yield forbidden(duration, detail);
    }
    const policy = spec.at('kubeScheduler', 'usePolicyConfigMap');
    if (policy.present) {
      const fix = { path: policy.path, value: undefined };
      const detail = 'usePolicyConfigMap is deprecated, use KubeSchedulerConfiguration';
      yield forbidden(policy, detail, policy.flag === false ? { fix } : {});
    }
  },
};

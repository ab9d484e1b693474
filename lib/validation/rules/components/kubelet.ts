import { formatDuration, parseDuration } from '../../duration.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem, type ProblemOptions } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';
import { renamed } from '../renamed.ts';

const bootstrapTokens = 'bootstrap tokens are not supported';
const useSandboxImage =
  'pod-infra-container-image flag was deprecated in 1.24 and removed in 1.35, use containerd.sandboxImage instead';
const requireKubeconfig =
  'require-kubeconfig flag was removed in 1.10.  (Please be sure you are not using a cluster config from `kops get cluster --full`)';
const renamedSysctls =
  'experimentalAllowedUnsafeSysctls was renamed in k8s 1.11; please use allowedUnsafeSysctls instead';

/** Fields that hold what the kubelet has no option for any more, and what kOps says of them. */
const removed: Readonly<Record<string, string>> = {
  configureCbr0: 'configure-cbr0 flag was removed in 1.5',
  apiServers: 'api-servers flag was removed in 1.6',
  podInfraContainerImage: useSandboxImage,
  requireKubeconfig,
  experimentalAllowedUnsafeSysctls: renamedSysctls,
  bootstrapKubeconfig: bootstrapTokens,
  enableCadvisorJsonEndpoints: 'enableCadvisorJsonEndpoints requires Kubernetes 1.18-1.20',
  cpuCFSQuotaPeriod: 'cpuCFSQuotaPeriod has been removed on Kubernetes >=1.20',
  networkPluginName: 'networkPluginName has been removed on Kubernetes >=1.24',
  networkPluginMTU: 'networkPluginMTU has been removed on Kubernetes >=1.24',
  nonMasqueradeCIDR: 'nonMasqueradeCIDR has been removed on Kubernetes >=1.24',
};

/** Fields that kOps reads as absent when they are empty. */
const emptyIsAbsent = ['apiServers', 'podInfraContainerImage', 'bootstrapKubeconfig'];

/** kOps: `validateKubelet` (pkg/apis/kops/validation/validation.go). */
export const kubeletRemovedFields: ClusterRule = {
  id: 'KUBELET-FIELDS-REMOVED',
  on: 'cluster',
  severity: 'error',
  title: 'The kubelet is given no options that Kubernetes removed.',
  explanation: 'It does not start with an option that it does not know. Remove the field.',
  kops: ['8.6/12'],
  *check({ cluster }): Iterable<Problem> {
    for (const name of ['kubelet', 'controlPlaneKubelet']) {
      for (const [field, detail] of Object.entries(removed)) {
        const node = cluster.spec.at(name, field);
        if (emptyIsAbsent.includes(field) ? node.text !== undefined : node.present) {
          const slip = field === 'configureCbr0' ? { kopsPath: `spec.${name}.ConfigureCBR0` } : {};
          yield forbidden(node, detail, { ...slip, ...fixOf(field, node, cluster.spec.at(name)) });
        }
      }
    }
  },
};

/** Removed, unless what it says has to be said elsewhere. */
function fixOf(field: string, node: Node, kubelet: Node): Pick<ProblemOptions, 'fix'> {
  if (field === 'experimentalAllowedUnsafeSysctls') {
    return renamed(node, kubelet, 'allowedUnsafeSysctls');
  }
  return field === 'podInfraContainerImage' ? {} : { fix: { path: node.path, value: undefined } };
}

const enumerations: Readonly<Record<string, readonly string[]>> = {
  topologyManagerPolicy: ['none', 'best-effort', 'restricted', 'single-numa-node'],
  logFormat: ['text', 'json'],
  memorySwapBehavior: ['LimitedSwap', 'UnlimitedSwap'],
};

const second = 1e9;

/** kOps: `validateKubelet` (pkg/apis/kops/validation/validation.go), which crashes where critical pods have a grace period and the others none. */
export const kubeletFields: ClusterRule = {
  id: 'KUBELET-FIELDS',
  on: 'cluster',
  severity: 'error',
  title: 'The options of the kubelet hold values that it takes.',
  explanation:
    'A kubelet that refuses its options does not start, and its machine never joins. The grace period of critical pods is a part of that of all pods, which must be given too: without it kOps crashes.',
  kops: ['8.6/12'],
  *check({ cluster }): Iterable<Problem> {
    for (const name of ['kubelet', 'controlPlaneKubelet']) {
      const kubelet = cluster.spec.at(name);
      for (const [field, allowed] of Object.entries(enumerations)) {
        yield* oneOf(kubelet.at(field), allowed);
      }
      yield* gracePeriods(kubelet);
      const period = kubelet.at('crashLoopBackOffMaxContainerRestartPeriod');
      const duration = parseDuration(period.text ?? '');
      if (duration !== undefined && (duration < second || duration > 300 * second)) {
        const detail = 'crashLoopBackOffMaxContainerRestartPeriod must be a value between 1s and 300s';
        yield invalid(period, detail, { value: formatDuration(duration) });
      }
    }
  },
};

function* gracePeriods(kubelet: Node): Iterable<Problem> {
  const [all, critical] = [kubelet.at('shutdownGracePeriod'), kubelet.at('shutdownGracePeriodCriticalPods')];
  if (critical.present && !all.present) {
    yield forbidden(critical, 'shutdownGracePeriodCriticalPods require shutdownGracePeriod');
  }
  const [whole, part] = [parseDuration(all.text ?? ''), parseDuration(critical.text ?? '')];
  if (whole !== undefined && part !== undefined && whole < part) {
    const detail = 'shutdownGracePeriodCriticalPods cannot be greater than shutdownGracePeriod';
    yield invalid(critical, detail, { value: formatDuration(part) });
  }
}

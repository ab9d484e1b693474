import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateNetworking`, `validateNetworkingCilium`, `validateNetworkingCalico` (pkg/apis/kops/validation/validation.go). */
export const kubeProxyReplaced: ClusterRule = {
  id: 'KUBE-PROXY-REPLACED',
  on: 'cluster',
  severity: 'error',
  title: 'Where the network plug-in does the work of kube-proxy, kube-proxy is off.',
  explanation: 'Both would write rules for the same services. Set `spec.kubeProxy.enabled` to false.',
  kops: ['8.5/19', '8.5/20'],
  *check({ cluster }): Iterable<Problem> {
    const proxy = cluster.spec.at('kubeProxy');
    if (!proxy.present || proxy.at('enabled').flag === false) {
      return;
    }
    const enabled = proxy.at('enabled');
    const networking = cluster.spec.at('networking');
    const slip = { kopsPath: 'spec.spec.kubeProxy.enabled' };
    if (networking.at('kubeRouter').present) {
      yield forbidden(enabled, 'kube-router requires kubeProxy to be disabled', slip);
    }
    if (networking.at('cilium', 'enableNodePort').flag === true) {
      yield forbidden(enabled, 'When Cilium NodePort is enabled, kubeProxy must be disabled', slip);
    }
    if (networking.at('calico', 'bpfEnabled').flag === true) {
      const detail = 'calico in BPF mode (spec.networking.calico.bpfEnabled=true) requires kubeProxy to be disabled';
      yield forbidden(enabled, detail);
    }
  },
};

import { isIpv6Only } from '../../cluster-facts.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const names: Readonly<Record<string, string>> = {
  kubenet: 'Kubenet',
  kopeio: 'Kopeio',
  kubeRouter: 'kube-router',
  amazonVPC: 'amazon-vpc-routed-eni networking',
  flannel: 'Flannel',
  gcp: 'GCP networking',
};

/** kOps: `validateNetworking` and the functions of its plug-ins (pkg/apis/kops/validation/validation.go). */
export const pluginIpv6: ClusterRule = {
  id: 'NETWORK-PLUGIN-IPV6',
  on: 'cluster',
  severity: 'error',
  title: 'The network plug-in of an IPv6 cluster can do IPv6.',
  explanation: 'Calico, Cilium and Kindnet can; a cluster is one of IPv6 when its nonMasqueradeCIDR is `::/0`.',
  kops: ['8.5/14'],
  *check({ cluster }): Iterable<Problem> {
    if (!isIpv6Only(cluster)) {
      return;
    }
    for (const [field, name] of Object.entries(names)) {
      const plugin = cluster.spec.at('networking', field);
      if (plugin.present) {
        yield forbidden(plugin, `${name} does not support IPv6`);
      }
    }
  },
};

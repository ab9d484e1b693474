import { parseAddress } from '../../cidr.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** The kubelets of a cluster, and what kOps calls them in its messages. */
const kubelets: Readonly<Record<string, string>> = { kubelet: 'Kubelet', controlPlaneKubelet: 'ControlPlaneKubelet' };

/** kOps: `ValidateCluster` and `validateNodeLocalDNS` (pkg/apis/kops/validation/legacy.go, validation.go). */
export const kubeletDns: ClusterRule = {
  id: 'KUBELET-CLUSTER-DNS',
  on: 'cluster',
  severity: 'error',
  title: 'Kubelets tell pods the address at which the cluster answers DNS.',
  explanation:
    'Pods that ask another address resolve no names. Leave `clusterDNS` out, or write the address of kubeDNS or of NodeLocal DNS; with IPVS or Cilium only that of NodeLocal DNS works. kOps can be told to take another with the feature flag `ExperimentalClusterDNS`.',
  kops: ['8.6/4', '8.6/6'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const dns = spec.at('kubeDNS');
    const [server, local] = [dns.at('serverIP').text, dns.at('nodeLocalDNS')];
    if (server === undefined || !local.present) {
      return;
    }
    const localIp = local.at('localIP').text;
    const proxied = spec.at('kubeProxy', 'proxyMode').text === 'ipvs' || spec.at('networking', 'cilium').present;
    for (const [name, title] of Object.entries(kubelets)) {
      const kubelet = spec.at(name);
      const address = kubelet.at('clusterDNS');
      const elsewhere = address.text !== server && address.text !== localIp;
      if (kubelet.present && elsewhere && parseAddress(server) !== undefined) {
        const detail = `${title} ClusterDNS did not match cluster kubeDNS.serverIP or nodeLocalDNS.localIP`;
        yield forbidden(address, detail);
      }
      const bypassed = address.text !== undefined && address.text !== localIp;
      if (local.at('enabled').flag === true && proxied && bypassed) {
        const detail = `${title} ClusterDNS must be set to the default IP address for LocalIP`;
        yield forbidden(address, detail, { kopsPath: 'spec.spec.kubelet.clusterDNS' });
      }
    }
  },
};

import { parseCidr } from '../../cidr.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateKubeProxy` (pkg/apis/kops/validation/validation.go). */
export const kubeProxy: ClusterRule = {
  id: 'KUBE-PROXY-FIELDS',
  on: 'cluster',
  severity: 'error',
  title: 'kube-proxy is given networks and the URL of an API server where it reads them as such.',
  explanation: 'It does not start with a network or a URL that it cannot read. Leave `master` out: kOps fills it in.',
  *check({ cluster: { spec } }): Iterable<Problem> {
    const proxy = spec.at('kubeProxy');
    for (const network of proxy.at('ipvsExcludeCIDRs').items) {
      if (parseCidr(network.text ?? '') === undefined) {
        yield invalid(network, 'Invalid network CIDR');
      }
    }
    const master = proxy.at('master');
    if (master.text !== undefined && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(master.text)) {
      yield invalid(master, 'Not a valid APIServer URL');
    }
  },
};

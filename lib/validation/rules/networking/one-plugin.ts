import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** `ConfiguredOptions` of kOps (pkg/apis/kops/networking.go). */
export const plugins = [
  'classic',
  'kubenet',
  'external',
  'cni',
  'kopeio',
  'weave',
  'flannel',
  'calico',
  'kubeRouter',
  'romana',
  'amazonVPC',
  'cilium',
  'lyftvpc',
  'gcp',
  'kindnet',
];

/** kOps: `validateNetworking` (pkg/apis/kops/validation/validation.go). */
export const onePlugin: ClusterRule = {
  id: 'NETWORK-PLUGIN-ONE',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster has one network plug-in.',
  explanation: 'Two of them would both configure the network of every pod. Keep one of the entries.',
  kops: ['8.2#46'],
  *check({ cluster }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    const found = plugins.filter((name) => networking.at(name).present).sort();
    for (const name of found.length > 1 ? found : []) {
      const detail = `only one networking option permitted, found ${found.join(', ')}`;
      yield forbidden(networking.at(name), detail);
    }
  },
};

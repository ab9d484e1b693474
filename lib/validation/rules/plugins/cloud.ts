import { cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

/** kOps: `validateNetworking` and `validateNetworkingGCP` (pkg/apis/kops/validation/validation.go). */
export const pluginCloud: ClusterRule = {
  id: 'NETWORK-PLUGIN-CLOUD',
  on: 'cluster',
  severity: 'error',
  title: "A cloud's own network plug-in runs on that cloud.",
  explanation: 'It gives pods addresses of the network of its cloud, which no other has.',
  kops: ['8.5/17'],
  *check({ cluster }): Iterable<Problem> {
    const [amazonVpc, gcp] = [cluster.spec.at('networking', 'amazonVPC'), cluster.spec.at('networking', 'gcp')];
    if (amazonVpc.present && cloudOf(cluster) !== 'aws') {
      yield forbidden(amazonVpc, 'amazon-vpc-routed-eni networking is supported only in AWS');
    }
    if (gcp.present && cloudOf(cluster) !== 'gce') {
      yield forbidden(gcp, 'GCP networking is supported only when on GCP');
    }
  },
};

/** kOps: `validateNetworkingFlannel` (pkg/apis/kops/validation/validation.go). */
export const flannelBackend: ClusterRule = {
  id: 'FLANNEL-BACKEND',
  on: 'cluster',
  severity: 'error',
  title: 'Flannel says its backend: udp or vxlan.',
  explanation: 'v1alpha2 takes `udp` where none is given, which is slow; new clusters have `vxlan`.',
  kops: ['8.5/18'],
  *check({ cluster }): Iterable<Problem> {
    const flannel = cluster.spec.at('networking', 'flannel');
    if (flannel.present && flannel.at('backend').text === undefined) {
      yield required(flannel.at('backend'), 'Flannel backend must be specified');
    }
    yield* oneOf(flannel.at('backend'), ['udp', 'vxlan']);
  },
};

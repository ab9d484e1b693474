import { cloudOf, isIpv6Only } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

const enumerations: Readonly<Record<string, readonly string[]>> = {
  enablePolicy: ['default', 'always', 'never'],
  tunnel: ['vxlan', 'geneve', 'disabled'],
  monitorAggregation: ['low', 'medium', 'maximum'],
  identityAllocationMode: ['crd', 'kvstore'],
  bpfLBAlgorithm: ['random', 'maglev'],
  encryptionType: ['ipsec', 'wireguard'],
  ipam: ['hostscope', 'kubernetes', 'crd', 'eni'],
};

/** kOps: `validateNetworkingCilium` (pkg/apis/kops/validation/validation.go). */
export const cilium: ClusterRule = {
  id: 'CILIUM-FIELDS',
  on: 'cluster',
  severity: 'error',
  title: 'The fields of Cilium hold values that Cilium takes, together.',
  explanation:
    'Some of its features need another one switched on, or do not work with IPv6, or only on AWS. The text names the field that is missing or too much.',
  kops: ['8.5/22', '8.5/23', '8.5/24'],
  *check({ cluster }): Iterable<Problem> {
    const spec = cluster.spec.at('networking', 'cilium');
    for (const [name, allowed] of Object.entries(enumerations)) {
      yield* oneOf(spec.at(name), allowed);
    }
    if (spec.at('ingress', 'enabled').flag === true) {
      yield* oneOf(spec.at('ingress', 'defaultLoadBalancerMode'), ['shared', 'dedicated']);
    }
    yield* combinations(spec, isIpv6Only(cluster));
    yield* etcd(spec, cluster);
    if (spec.at('ipam').text === 'eni') {
      yield* eni(spec.at('ipam'), cluster);
    }
  },
};

function* combinations(spec: Node, ipv6: boolean): Iterable<Problem> {
  if (spec.at('bpfLBSock').flag !== true && spec.at('bpfLBSockHostNSOnly').flag === true) {
    yield forbidden(spec.at('bpfLBSockHostNSOnly'), 'bpfLBSockHostNSOnly requires bpfLBSock to be enabled');
  }
  const encrypts = spec.at('enableEncryption').flag === true;
  if (encrypts && ipv6) {
    yield forbidden(spec.at('enableEncryption'), 'encryption is not supported on IPv6 clusters');
  }
  if (!encrypts && spec.at('encryptionType').text !== undefined) {
    yield forbidden(spec.at('encryptionType'), 'encryptionType requires enableEncryption');
  }
  if (spec.at('enableL7Proxy').flag === true && spec.at('installIptablesRules').flag === false) {
    yield forbidden(spec.at('enableL7Proxy'), 'Cilium L7 Proxy requires installIptablesRules.');
  }
}

function* etcd(spec: Node, cluster: KopsObject): Iterable<Problem> {
  const managed = spec.at('etcdManaged').flag === true;
  const mode = spec.at('identityAllocationMode');
  if (mode.text === 'kvstore' && !managed) {
    yield forbidden(mode, 'Cilium requires managed etcd to allocate identities on kvstore mode');
  }
  const clusters = cluster.spec.at('etcdClusters');
  if (managed && !clusters.items.some((etcdCluster) => etcdCluster.at('name').text === 'cilium')) {
    yield required(clusters, 'Cilium with managed etcd requires a dedicated etcd cluster');
  }
}

function* eni(ipam: Node, cluster: KopsObject): Iterable<Problem> {
  if (cloudOf(cluster) !== 'aws') {
    yield forbidden(ipam, 'Cilum ENI IPAM is supported only in AWS');
  }
  if (isIpv6Only(cluster)) {
    yield forbidden(ipam, 'Cilium ENI IPAM does not support IPv6');
  }
}

import { cloudOf, isIpv6Only } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

const modes = ['Always', 'CrossSubnet', 'Never'];

const enumerations: Readonly<Record<string, readonly string[]>> = {
  bpfExternalServiceMode: ['Tunnel', 'DSR'],
  bpfLogLevel: ['Off', 'Info', 'Debug'],
  chainInsertMode: ['insert', 'append'],
  encapsulationMode: ['ipip', 'vxlan', 'none'],
  ipipMode: modes,
  vxlanMode: modes,
  iptablesBackend: ['Auto', 'Legacy', 'NFT'],
};

/** kOps: `validateNetworkingCalico` (pkg/apis/kops/validation/validation.go). */
export const calico: ClusterRule = {
  id: 'CALICO-FIELDS',
  on: 'cluster',
  severity: 'error',
  title: 'The fields of Calico hold values that Calico and the cloud take.',
  explanation:
    'Encapsulation hides the addresses of pods from the network of the cloud: IPv6 clusters have none, Azure lets through only VXLAN, and the modes of one kind of encapsulation mean nothing with another.',
  kops: ['8.5/25', '8.5/26'],
  *check({ cluster }): Iterable<Problem> {
    const spec = cluster.spec.at('networking', 'calico');
    const ipv6 = isIpv6Only(cluster);
    for (const [name, allowed] of Object.entries(enumerations)) {
      yield* oneOf(spec.at(name), allowed);
    }
    const check = spec.at('awsSrcDstCheck');
    if (ipv6 && check.text !== undefined && check.text !== 'DoNothing') {
      yield forbidden(check, 'awsSrcDstCheck may only be "DoNothing" for IPv6 clusters');
    } else {
      yield* oneOf(check, ['Enable', 'Disable', 'DoNothing']);
    }
    yield* encapsulation(spec, { ipv6, azure: cloudOf(cluster) === 'azure' });
    const replicas = spec.at('typhaReplicas');
    if ((replicas.number ?? 0) < 0) {
      const detail = `Unable to set number of Typha replicas to less than 0, you've specified ${replicas.number}`;
      yield invalid(replicas, detail);
    }
    if (ipv6 && spec.at('wireguardEnabled').flag === true) {
      yield forbidden(spec.at('wireguardEnabled'), 'WireGuard is not supported on IPv6 clusters');
    }
  },
};

function* encapsulation(
  spec: Node,
  { ipv6, azure }: { readonly ipv6: boolean; readonly azure: boolean },
): Iterable<Problem> {
  const mode = spec.at('encapsulationMode');
  if (mode.text === undefined) {
    return;
  }
  if (ipv6 && mode.text !== 'none') {
    yield forbidden(mode, 'IPv6 requires an encapsulationMode of "none"');
  }
  if (!ipv6 && mode.text === 'none') {
    yield forbidden(mode, 'encapsulationMode "none" is only supported for IPv6 clusters');
  }
  if (azure && mode.text !== 'vxlan') {
    yield forbidden(mode, 'Azure requires an encapsulationMode of "vxlan"');
  }
  const [ipip, vxlan] = [spec.at('ipipMode'), spec.at('vxlanMode')];
  if (isOn(ipip) && mode.text !== 'ipip') {
    yield forbidden(ipip, 'IP-in-IP encapsulation requires use of Calico\'s "ipip" encapsulation mode');
  }
  if (isOn(vxlan) && mode.text !== 'vxlan') {
    yield forbidden(vxlan, 'VXLAN encapsulation requires use of Calico\'s "vxlan" encapsulation mode');
  }
}

function isOn({ text }: Node): boolean {
  return text !== undefined && text !== 'Never';
}

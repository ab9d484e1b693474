import { contains, overlaps, parseCidr } from '../../cidr.ts';
import { cloudName, cloudOf, isIpv6Only } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { demandsOf } from './cloud-demands.ts';

/** kOps: `validateNetworking` (pkg/apis/kops/validation/validation.go). */
export const clusterNetworks: ClusterRule = {
  id: 'CLUSTER-NETWORKS',
  on: 'cluster',
  severity: 'error',
  title:
    'The networks of machines, pods and services are given where the cloud needs them, and lie apart or inside each other as they must.',
  explanation:
    'Pods and services have addresses that are not masqueraded, apart from those of the machines; the network of the pods is a part of the former. What a manifest leaves out, kOps fills in when the cluster is created.',
  kops: ['8.2#37', '8.2#38', '8.2#39', '8.2#40', '8.2#41', '8.2#42', '8.2#43', '8.2#44', '8.2#45'],
  *check({ cluster, completed }): Iterable<Problem> {
    const networking = cluster.spec.at('networking');
    if (completed) {
      yield* missing(cluster, networking);
    }
    const cloud = cloudOf(cluster);
    const name = cloud === undefined ? '' : cloudName(cloud);
    if (cloud === 'gce' && networking.at('networkCIDR').text !== undefined) {
      const fix = { path: networking.at('networkCIDR').path, value: undefined };
      yield forbidden(networking.at('networkCIDR'), "gce doesn't support networkCIDR", { fix });
    }
    const additional = networking.at('additionalNetworkCIDRs');
    if (cloud !== 'aws' && additional.items.length > 0) {
      const fix = { path: additional.path, value: undefined };
      yield forbidden(additional, `${name} doesn't support additionalNetworkCIDRs`, cloud === undefined ? {} : { fix });
    }
    yield* nonMasquerade(networking, cloud === 'gce');
    yield* pods(networking);
  },
};

/** What kOps demands of the completed spec only: before that, it fills in what is missing. */
function* missing(cluster: KopsObject, networking: Node): Iterable<Problem> {
  const { networkCidr, nonMasqueradeCidr } = demandsOf(cluster);
  const demanded: readonly (readonly [boolean, string, string])[] = [
    [networkCidr, 'networkCIDR', 'Cluster does not have networkCIDR set'],
    [nonMasqueradeCidr, 'nonMasqueradeCIDR', 'Cluster does not have nonMasqueradeCIDR set'],
    [!isIpv6Only(cluster), 'podCIDR', 'Cluster did not have podCIDR set'],
    [true, 'serviceClusterIPRange', 'Cluster did not have serviceClusterIPRange set'],
  ];
  for (const [isDemanded, field, detail] of demanded) {
    if (isDemanded && networking.at(field).text === undefined) {
      yield required(networking.at(field), detail);
    }
  }
}

function* nonMasquerade(networking: Node, onGce: boolean): Iterable<Problem> {
  const node = networking.at('nonMasqueradeCIDR');
  if (node.text?.includes(':') && node.text !== '::/0') {
    yield forbidden(node, 'IPv6 clusters must have a nonMasqueradeCIDR of "::/0"');
  }
  const routed = networking.at('amazonVPC').present || networking.at('cilium', 'ipam').text === 'eni';
  const cidr = parseCidr(node.text ?? '');
  if (routed || cidr === undefined) {
    return;
  }
  const network = parseCidr(networking.at('networkCIDR').text ?? '');
  const what = `nonMasqueradeCIDR ${JSON.stringify(node.text)} cannot overlap with`;
  if (!onGce && network !== undefined && overlaps(cidr, network)) {
    yield forbidden(node, `${what} networkCIDR ${JSON.stringify(networking.at('networkCIDR').text)}`);
  }
  for (const [index, { text = '' }] of networking.at('additionalNetworkCIDRs').items.entries()) {
    const other = parseCidr(text);
    if (other !== undefined && overlaps(cidr, other)) {
      yield forbidden(node, `${what} additionalNetworkCIDRs[${index}] "${other.text}"`);
    }
  }
}

function* pods(networking: Node): Iterable<Problem> {
  const pod = parseCidr(networking.at('podCIDR').text ?? '');
  const outer = parseCidr(networking.at('nonMasqueradeCIDR').text ?? '');
  if (pod !== undefined && outer !== undefined && !contains(outer, pod)) {
    const detail = `podCIDR "${pod.text}" must be a subnet of nonMasqueradeCIDR "${outer.text}"`;
    yield forbidden(networking.at('podCIDR'), detail);
  }
}

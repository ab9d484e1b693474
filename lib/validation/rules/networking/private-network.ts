import { includes, parseCidr } from '../../cidr.ts';
import { cloudOf } from '../../cluster-facts.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** RFC 1918 and RFC 4193, as Go's `IP.IsPrivate` has them. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** What each of the clouds is called in the message. */
const names: Readonly<Partial<Record<string, string>>> = { do: 'DO', linode: 'Akamai (Linode)' };

/** kOps: `validateNetworking` (pkg/apis/kops/validation/validation.go). */
export const privateNetwork: ClusterRule = {
  id: 'NETWORK-PRIVATE',
  on: 'cluster',
  severity: 'error',
  title: 'On DigitalOcean and Linode, kOps makes a network of private addresses or takes one by its id.',
  explanation:
    'Choose a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or leave networkCIDR out where networkID names a network that is there.',
  kops: ['8.5/28'],
  *check({ cluster }): Iterable<Problem> {
    const name = names[cloudOf(cluster) ?? ''];
    const networkCidr = cluster.spec.at('networking', 'networkCIDR');
    if (name === undefined || networkCidr.text === undefined) {
      return;
    }
    const network = parseCidr(networkCidr.text);
    if (network !== undefined && !privateNetworks.some((range) => startsIn(range, network))) {
      yield invalid(networkCidr, 'networkCIDR must be within a private IP range');
    }
    if (cluster.spec.at('networking', 'networkID').text !== undefined) {
      yield forbidden(networkCidr, `${name} doesn't support specifying both NetworkID and NetworkCIDR`);
    }
  },
};

function startsIn(range: string, { family, network }: { readonly family: 4 | 6; readonly network: bigint }): boolean {
  const outer = parseCidr(range);
  return outer !== undefined && includes(outer, { family, value: network });
}

import { parseAddress } from '../../cidr.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateNetworkingKindnet` (pkg/apis/kops/validation/validation.go). */
export const kindnetMasquerade: ClusterRule = {
  id: 'KINDNET-MASQUERADE',
  on: 'cluster',
  severity: 'error',
  title: 'The networks that Kindnet does not masquerade are written as address and size.',
  explanation: 'Kindnet does not start with a network that it cannot read. Write it like `10.0.0.0/8`.',
  kops: ['8.5/27'],
  *check({ cluster }): Iterable<Problem> {
    const masquerade = cluster.spec.at('networking', 'kindnet', 'masquerade');
    if (masquerade.at('enabled').flag !== true) {
      return;
    }
    for (const network of masquerade.at('nonMasqueradeCIDRs').items) {
      const reason = network.text === undefined ? undefined : whyNoPrefix(network.text);
      if (reason !== undefined) {
        const detail = `netip.ParsePrefix(${JSON.stringify(network.text)}): ${reason}`;
        yield invalid(network, detail, { kopsPath: 'spec.networking.kindnet' });
      }
    }
  },
};

/** In the words of Go's `netip.ParsePrefix`, as far as they are simple. */
function whyNoPrefix(text: string): string | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) {
    return "no '/'";
  }
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (parseAddress(address) === undefined) {
    return `ParseAddr(${JSON.stringify(address)}): unable to parse IP`;
  }
  if (!/^(0|[1-9]\d{0,2})$/.test(bits)) {
    return `bad bits after slash: ${JSON.stringify(bits)}`;
  }
  return Number(bits) > (address.includes(':') ? 128 : 32) ? 'prefix length out of range' : undefined;
}

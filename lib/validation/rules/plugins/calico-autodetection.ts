import { parseAddress } from '../../cidr.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateCalicoAutoDetectionMethod` (pkg/apis/kops/validation/validation.go). It panics on `can-reach` and `interface` without a value; here that is malformed. */
export const calicoAutodetection: ClusterRule = {
  id: 'CALICO-AUTODETECTION',
  on: 'cluster',
  severity: 'error',
  title: 'Calico is told in a way that it knows how to find the address of a machine.',
  explanation:
    'Write `first-found`, `can-reach=ADDRESS`, or `interface=` or `skip-interface=` with a comma separated list of regular expressions.',
  kops: ['8.5/26'],
  *check({ cluster }): Iterable<Problem> {
    const calico = cluster.spec.at('networking', 'calico');
    yield* detection(calico.at('ipv4AutoDetectionMethod'), 4);
    yield* detection(calico.at('ipv6AutoDetectionMethod'), 6);
  },
};

function* detection(node: Node, family: 4 | 6): Iterable<Problem> {
  const reason = node.text === undefined ? undefined : whyUnfit(node.text, family);
  if (reason !== undefined) {
    yield invalid(node, reason);
  }
}

function whyUnfit(text: string, family: 4 | 6): string | undefined {
  const [method = '', value, ...more] = text.split('=');
  if (more.length > 0) {
    return 'malformed autodetection method';
  }
  switch (method) {
    case 'first-found':
      return undefined;
    case 'can-reach':
    case 'interface':
    case 'skip-interface':
      return value === undefined ? 'malformed autodetection method' : whyUnfitValue(method, value, family);
    default:
      return 'unsupported autodetection method';
  }
}

function whyUnfitValue(method: string, value: string, family: 4 | 6): string | undefined {
  if (method === 'can-reach') {
    return parseAddress(value)?.family === family ? undefined : `must be a valid IPv${family} address`;
  }
  return value.split(',', 1)[0]?.trim() === ''
    ? `'${method}=' must be followed by a comma separated list of interface regular expressions`
    : undefined;
}

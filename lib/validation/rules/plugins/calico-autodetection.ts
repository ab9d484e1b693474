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
  for (const reason of node.text === undefined ? [] : whyUnfit(node.text, family)) {
    yield invalid(node, reason);
  }
}

function whyUnfit(text: string, family: 4 | 6): readonly string[] {
  const [method = '', value, ...more] = text.split('=');
  if (more.length > 0) {
    return ['malformed autodetection method'];
  }
  switch (method) {
    case 'first-found':
      return [];
    case 'can-reach':
      return whyUnreachable(value, family);
    case 'interface':
    case 'skip-interface':
      return value === undefined ? ['malformed autodetection method'] : whyNoInterfaces(method, value);
    default:
      return ['unsupported autodetection method'];
  }
}

function whyUnreachable(address: string | undefined, family: 4 | 6): readonly string[] {
  if (address === undefined) {
    return ['malformed autodetection method'];
  }
  return parseAddress(address)?.family === family ? [] : [`must be a valid IPv${family} address`];
}

function whyNoInterfaces(method: string, list: string): readonly string[] {
  const [first = '', ...others] = list.split(',');
  const expressions = others.length === 0 ? [first] : [first, ...others].map((expression) => expression.trim());
  const missing =
    expressions[0] === ''
      ? [`'${method}=' must be followed by a comma separated list of interface regular expressions`]
      : [];
  const unreadable = expressions.filter((expression) => !isExpression(expression));
  return [...missing, ...unreadable.map((expression) => `regexp ${expression} does not compile`)];
}

/** Whether a text is a regular expression of Go (RE2), which also knows `(?i)` and `(?P<name>…)`. */
function isExpression(text: string): boolean {
  try {
    new RegExp(text.replaceAll('(?P<', '(?<').replace(/\(\?[imsU-]+(:|\))/g, (_, end) => (end === ':' ? '(?:' : '')));
    return true;
  } catch {
    return false;
  }
}

import { type Cidr, overlaps, parseCidr } from '../../cidr.ts';
import type { Node } from '../../node.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps leaves this to the cloud, which refuses the second of two such subnets when the cluster is made. */
export const subnetOverlap: ClusterRule = {
  id: 'SUBNET-OVERLAP',
  on: 'cluster',
  severity: 'error',
  title: 'No two subnets share addresses.',
  explanation:
    'A cloud refuses a subnet whose addresses another one of the same network has. kOps does not look at this: `kops update cluster` fails in the middle, with some subnets made and some not. Give each subnet a part of the network of its own.',
  *check({ cluster }): Iterable<Problem> {
    const before: Ranged[] = [];
    for (const subnet of cluster.spec.at('networking', 'subnets').items) {
      for (const field of ['cidr', 'ipv6CIDR']) {
        const range = rangeOf(subnet, field);
        const other = range && before.find((one) => overlaps(one.cidr, range.cidr) && !isSame(one, range));
        if (range !== undefined && other !== undefined) {
          yield forbidden(range.node, `${wordsOf(range)} shares addresses with ${wordsOf(other)}`);
        }
        before.push(...(range === undefined ? [] : [range]));
      }
    }
  },
};

interface Ranged {
  readonly subnet: Node;
  readonly node: Node;
  readonly cidr: Cidr;
}

function rangeOf(subnet: Node, field: string): Ranged | undefined {
  const node = subnet.at(field);
  const cidr = node.text === undefined ? undefined : parseCidr(node.text);
  return cidr && { subnet, node, cidr };
}

/** One subnet of the cloud may be listed twice, by its id. */
function isSame({ subnet }: Ranged, { subnet: other }: Ranged): boolean {
  const id = subnet.at('id').text;
  return id !== undefined && id === other.at('id').text;
}

function wordsOf({ subnet, cidr }: Ranged): string {
  return `subnet ${JSON.stringify(subnet.at('name').text ?? '')} (${cidr.text})`;
}

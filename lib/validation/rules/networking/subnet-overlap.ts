import { type Cidr, parseCidr, widthOf } from '../../cidr.ts';
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
    const ranges = cluster.spec.at('networking', 'subnets').items.flatMap(rangesOf);
    const sizes = [...new Set(ranges.map(({ cidr }) => cidr.size))].toSorted((a, b) => a - b);
    const before = new Map<string, Range>();
    const within = new Map<string, Range>();
    for (const range of ranges) {
      const around = sizes.filter((size) => size <= range.cidr.size).map((size) => blockOf(range.cidr, size));
      const other = otherThan(range, [within.get(around.at(-1) ?? ''), ...around.map((block) => before.get(block))]);
      if (other !== undefined) {
        yield forbidden(range.node, `${wordsOf(range)} shares addresses with ${wordsOf(other)}`);
      }
      const own = around.at(-1) ?? '';
      before.set(own, before.get(own) ?? range);
      for (const block of around) {
        within.set(block, within.get(block) ?? range);
      }
    }
  },
};

/** A range of addresses that a subnet names. */
interface Range {
  readonly subnet: Node;
  readonly node: Node;
  readonly cidr: Cidr;
}

function rangesOf(subnet: Node): readonly Range[] {
  return ['cidr', 'ipv6CIDR'].flatMap((field) => {
    const node = subnet.at(field);
    const cidr = parseCidr(node.text ?? '');
    return cidr === undefined ? [] : [{ subnet, node, cidr }];
  });
}

/** A name of the block of addresses of a size that holds a network. Of two networks, one holds the other or they are apart. */
function blockOf({ family, network }: Cidr, size: number): string {
  return `${family}/${size}/${network >> BigInt(widthOf(family) - size)}`;
}

/** One subnet of the cloud may be listed twice, by its id. */
function otherThan({ subnet }: Range, found: readonly (Range | undefined)[]): Range | undefined {
  const id = subnet.at('id').text;
  return found.find((range) => range !== undefined && (id === undefined || id !== range.subnet.at('id').text));
}

function wordsOf({ subnet, cidr }: Range): string {
  return `subnet ${JSON.stringify(subnet.at('name').text ?? '')} (${cidr.text})`;
}

import { cloudOf } from '../../cluster-facts.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** A name of fewer characters holds no region. */
const shortest = 3;

/** kOps: `FindRegion` (upup/pkg/fi/cloudup/awsup/aws_utils.go), which every command calls before it looks at a cluster on AWS. */
export const subnetZones: ClusterRule = {
  id: 'SUBNET-ZONES',
  on: 'cluster',
  severity: 'error',
  title: 'On AWS every subnet says its zone, and all zones are of one region.',
  explanation:
    'kOps takes the region of a cluster from the zones of its subnets, and refuses the cluster where it cannot. A zone is written with its letter, like `eu-west-1a`. A subnet that is there already and named by its `id` may leave the zone out, as long as another one has it.',
  *check({ cluster }): Iterable<Problem> {
    const subnets = cluster.spec.at('networking', 'subnets');
    if (cloudOf(cluster) !== 'aws' || subnets.items.length === 0) {
      return;
    }
    const zones = subnets.items.map((subnet) => subnet.at('zone').text);
    const region = zones.map((zone) => zone && regionOf(zone)).find((found) => found !== undefined);
    for (const subnet of subnets.items) {
      yield* problemsOf(subnet, region);
    }
    if (zones.every((zone) => zone === undefined) && subnets.items.every((subnet) => subnet.at('id').text)) {
      yield required(subnets, 'could not determine cluster region: no subnet specifies a zone');
    }
  },
};

function* problemsOf(subnet: Node, region: string | undefined): Iterable<Problem> {
  const zone = subnet.at('zone');
  const name = JSON.stringify(subnet.at('name').text ?? '');
  if (zone.text === undefined) {
    if (subnet.at('id').text === undefined) {
      yield required(zone, `subnet ${name} must specify a zone or the ID of an existing subnet`);
    }
    return;
  }
  const own = regionOf(zone.text);
  if (own === undefined) {
    yield invalid(zone, `invalid AWS zone: ${JSON.stringify(zone.text)} in subnet ${name}`);
  } else if (own !== region) {
    const found = `found zone ${JSON.stringify(zone.text)}, but region is ${JSON.stringify(region)}`;
    const hint = zone.text === region ? '; a zone ends in a letter' : '';
    yield forbidden(zone, `Clusters cannot span multiple regions (${found})${hint}`);
  }
}

/** All but the letter of the zone. */
function regionOf(zone: string): string | undefined {
  return zone.length < shortest ? undefined : zone.slice(0, -1);
}

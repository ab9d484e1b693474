import { forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { demandsOf } from './cloud-demands.ts';

/** kOps: `validateSubnets` (pkg/apis/kops/validation/validation.go). */
export const subnetRegions: ClusterRule = {
  id: 'SUBNET-REGIONS',
  on: 'cluster',
  severity: 'error',
  title: 'On Azure, DigitalOcean, GCE and Linode every subnet says its region, and all say the same.',
  explanation: 'A cluster lives in one region. On these clouds kOps takes it from the subnets.',
  kops: ['8.2#27', '8.2#28'],
  *check({ cluster }): Iterable<Problem> {
    if (!demandsOf(cluster).subnetRegion) {
      return;
    }
    const regions = cluster.spec.at('networking', 'subnets').items.map((subnet) => subnet.at('region'));
    const first = regions.find(({ text }) => text !== undefined)?.text;
    for (const region of regions) {
      if (region.text === undefined) {
        yield required(region, 'region must be specified');
      } else if (region.text !== first) {
        yield forbidden(region, 'clusters cannot span regions');
      }
    }
  },
};

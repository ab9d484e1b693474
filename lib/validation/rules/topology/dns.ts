import { type Cloud, cloudName, cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { oneOf } from '../one-of.ts';

const kopsPath = 'spec.networking.topology.dns.type';
const all = ['Public', 'Private', 'None'];

/** What each cloud can do (`validateCloudDNSTopology`). */
const able: Readonly<Record<Cloud, readonly string[]>> = {
  aws: all,
  gce: all,
  openstack: all,
  do: ['Public', 'None'],
  scaleway: ['Public', 'None'],
  azure: ['None'],
  hetzner: ['None'],
  linode: ['None'],
  metal: ['None'],
};

const gossip =
  'gossip DNS support was removed in kOps 1.37; migrate the cluster to dns=none or a hosted DNS zone using kOps 1.36 before upgrading (see https://kops.sigs.k8s.io/gossip/)';

/** kOps: `validateTopology` and `validateCloudDNSTopology` (pkg/apis/kops/validation/validation.go). */
export const dnsTopology: ClusterRule = {
  id: 'DNS-TOPOLOGY',
  on: 'cluster',
  severity: 'error',
  title: 'The cluster uses a kind of DNS that its cloud has.',
  explanation:
    'Not every cloud has zones, or private zones. `None` works everywhere. Gossip, which names ending in `.k8s.local` stood for, is gone since kOps 1.37; an older kOps takes it.',
  kops: ['8.5/3', '8.5/4', '8.5/5'],
  *check({ cluster, kopsVersion }): Iterable<Problem> {
    const dns = cluster.spec.at('networking', 'topology', 'dns');
    const cloud = cloudOf(cluster);
    yield* oneOf(dns, all);
    if (cloud === undefined || dns.text === undefined || !all.includes(dns.text)) {
      return;
    }
    if (dns.text !== 'None' && /\.k8s\.local\.?$/.test(cluster.name)) {
      if (kopsVersion === undefined || kopsVersion.minor >= 37) {
        yield forbidden(dns, gossip, { kopsPath });
      }
    } else if (!able[cloud].includes(dns.text)) {
      const detail = `cloud provider "${cloudName(cloud)}" does not support ${dns.text.toLowerCase()} dns topology`;
      yield forbidden(dns, detail, { kopsPath });
    }
  },
};

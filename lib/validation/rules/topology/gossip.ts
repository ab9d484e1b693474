import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go), since 1.37. */
export const gossipFields: ClusterRule = {
  id: 'GOSSIP-REMOVED',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster configures no gossip DNS, which kOps 1.37 removed.',
  explanation:
    'Remove the fields. A cluster that still uses gossip is moved to another kind of DNS with kOps 1.36 first.',
  kops: ['8.5/6'],
  *check({ cluster, kopsVersion }): Iterable<Problem> {
    if (kopsVersion !== undefined && kopsVersion.minor < 37) {
      return;
    }
    for (const name of ['gossipConfig', 'dnsControllerGossipConfig']) {
      const field = cluster.spec.at(name);
      if (field.present) {
        const fix = { path: field.path, value: undefined };
        const isUsed = /\.k8s\.local\.?$/.test(cluster.name); // Until it is moved to another kind of DNS.
        const detail = 'gossip DNS support was removed in kOps 1.37; remove this field from the cluster spec';
        yield forbidden(field, detail, isUsed ? {} : { fix });
      }
    }
  },
};

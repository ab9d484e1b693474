import { usesNoneDns } from '../../cluster-facts.ts';
import { whyNotDnsSubdomain } from '../../dns-name.ts';
import type { KopsObject } from '../../kops-object.ts';
import { invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

const kopsPath = 'objectMeta.name';

/** kOps: `newValidateCluster` (pkg/apis/kops/validation/validation.go). It says most of this twice, at `metadata.name` and at `objectMeta.name`. */
export const clusterName: ClusterRule = {
  id: 'CLUSTER-NAME',
  on: 'cluster',
  severity: 'error',
  title: 'The name of a cluster is a DNS name.',
  explanation:
    'The name is the directory of the cluster in the state store and a part of the names of its machines. Unless the cluster does without DNS, it must have a domain behind its first part.',
  kops: ['8.2#3', '8.2#4', '8.2#5', '8.2#6', '8.2#7'],
  *check({ cluster }): Iterable<Problem> {
    const name = cluster.root.at('metadata', 'name');
    const { text } = name;
    if (text === undefined) {
      yield required(name, 'Cluster Name is required (e.g. --name=mycluster.myzone.com)', { kopsPath });
      return;
    }
    const reasons = whyNotDnsSubdomain(text);
    if (reasons.length > 0) {
      const detail = `Cluster Name must be a valid DNS name (e.g. --name=mycluster.myzone.com) errors: ${reasons.join(', ')}`;
      yield invalid(name, detail, { kopsPath });
    } else if (!text.includes('.') && !usesNoneDns(cluster) && !isImported(cluster)) {
      yield invalid(name, 'Cluster Name must be a fully-qualified DNS name (e.g. --name=mycluster.myzone.com)', {
        kopsPath,
      });
    }
  },
};

function isImported(cluster: KopsObject): boolean {
  return cluster.root.at('metadata', 'annotations', { key: 'kops.kubernetes.io/management' }).text === 'imported';
}

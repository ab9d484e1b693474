import type { LostCluster } from '../../kops/clusters.ts';
import { type Finding, wholeFile } from '../finding.ts';
import type { OtherCluster, RuleText } from '../rule.ts';

/** A rule of a directory that kOps no longer takes for a cluster. */
export const clusterConfigMissing: RuleText = {
  id: 'CLUSTER-CONFIG-MISSING',
  severity: 'error',
  title: 'A directory with what kOps writes for a cluster has its `config`.',
  explanation:
    'kOps takes a directory for a cluster by its `config`, and without it neither lists nor reads nor changes the cluster, whose machines run on. Instance groups, additional objects, `cluster-completed.spec` or node configuration tell that a cluster was there. Put the last version of `config` back, from the bucket or from a replica. If the cluster was deleted, delete what is left of it. A directory that another cluster of the store names as its `configBase` is let alone, unless instance groups lie in it.',
};

/** What is wrong with directories of a store that are clusters but for their `config`. */
export function lostClusterFindings(
  lost: readonly LostCluster[],
  storeUrl: string,
  clusters: readonly OtherCluster[],
): readonly Finding[] {
  const named = new Set(clusters.flatMap(({ stores }) => stores.map(({ url }) => withoutSlash(url))));
  return lost
    .filter(({ prefix, hasGroups }) => hasGroups || !named.has(withoutSlash(`${withoutSlash(storeUrl)}/${prefix}`)))
    .map(({ name, prefix, signs }) => ({
      rule: clusterConfigMissing.id,
      severity: clusterConfigMissing.severity,
      message: `there is no config, though ${signs.join(', ')} ${signs.length === 1 ? 'is' : 'are'} there: kOps cannot read the cluster; put the last version of config back`,
      file: `${prefix}config`,
      document: 0,
      pointer: '',
      range: wholeFile,
      ...(name === '' ? {} : { cluster: name }),
    }));
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

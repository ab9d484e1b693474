import { invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { readVfsPath } from './vfs-path.ts';

/**
 * kOps: `ConfigBase` (pkg/apis/kops/registry/registry.go) and `upup/pkg/fi/cloudup/populate_cluster_spec.go`. No path that kOps still
 * builds is unreadable for the cluster; what it cannot read is of no known scheme.
 */
export const configBase: ClusterRule = {
  id: 'CONFIG-BASE',
  on: 'cluster',
  severity: 'error',
  title: 'A cluster says where its configuration lies, in a store that its machines can read.',
  explanation:
    'Every machine reads its configuration from there when it starts. kOps fills it in when the cluster is created; write the path of a bucket, such as `s3://bucket/cluster.example.com`.',
  kops: ['8.3/1', '8.3/2'],
  *check({ cluster, completed }): Iterable<Problem> {
    const base = cluster.spec.at('configStore', 'base');
    if (base.text === undefined) {
      if (completed) {
        yield required(base);
      }
      return;
    }
    const path = readVfsPath(base.text);
    if ('reason' in path) {
      yield invalid(base, `error parsing ConfigStore.Base ${JSON.stringify(base.text)}: ${path.reason}`);
    }
  },
};

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
    const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9]*):\/?([^/].*)/.exec(base.text) ?? [];
    if (scheme !== undefined) {
      const meant = JSON.stringify(`${scheme.toLowerCase()}://${rest}`);
      yield invalid(base, `kOps takes a path without "://" for a directory of its own machine; did you mean ${meant}?`);
    }
    const path = readVfsPath(base.text);
    if ('reason' in path) {
      yield invalid(base, `error parsing ConfigStore.Base ${JSON.stringify(base.text)}: ${path.reason}`);
    }
  },
};

/** What lies directly in a bucket, or in a container of Azure. */
const atRoot = /^(?:azureblob:\/\/[^/]+\/[^/]+|(?:s3|do|linode|hos|gs|swift|scw):\/\/[^/]+)\/*$/;

/** kOps takes it: the directory of a cluster is what `kops create cluster` writes there. */
export const configBaseAtRoot: ClusterRule = {
  id: 'CONFIG-BASE-ROOT',
  on: 'cluster',
  severity: 'warning',
  title: 'The configuration of a cluster has a directory of its own, below the root of its bucket.',
  explanation:
    'What kOps generates for a cluster at the root, keys and secrets too, lies among everything else in the bucket; a second cluster would write over it, and `kops delete cluster` refuses, since it finds files that it does not know. kOps itself writes `s3://bucket/cluster.example.com`.',
  *check({ cluster }): Iterable<Problem> {
    const base = cluster.spec.at('configStore', 'base');
    if (base.text !== undefined && atRoot.test(base.text)) {
      const meant = JSON.stringify(`${base.text.replace(/\/+$/, '')}/${cluster.name || 'CLUSTER'}`);
      yield invalid(base, `this is the root of the bucket; kOps gives every cluster a directory, such as ${meant}`);
    }
  },
};

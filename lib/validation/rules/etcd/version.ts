import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';

/** https://semver.org, as `semver.Parse` of github.com/blang/semver reads it. */
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** kOps: `validateEtcdVersion` and `validateEtcdStorage` (pkg/apis/kops/validation/validation.go). */
export const etcdVersion: ClusterRule = {
  id: 'ETCD-VERSION',
  on: 'cluster',
  severity: 'error',
  title: 'All etcd clusters run the same version 3 of etcd, which is given where an image is given.',
  explanation:
    'etcd-manager chooses the data format and the upgrade path by the version, and cannot see it in an image. Leave version and image out to get the version that kOps bundles.',
  kops: ['8.2#18', '8.2#19', '8.2#20', '8.2#21'],
  *check({ cluster }): Iterable<Problem> {
    const clusters = cluster.spec.at('etcdClusters').items;
    const common = clusters[0]?.at('version').text;
    for (const etcdCluster of clusters) {
      const version = etcdCluster.at('version');
      if (version.text === undefined) {
        if (etcdCluster.at('image').text !== undefined) {
          yield required(version, 'version must be set when image is set');
        }
        continue;
      }
      yield* unfit(version, version.text);
      if (version.text !== common) {
        const name = JSON.stringify(etcdCluster.at('name').text ?? '');
        const detail = `cluster: ${name}, has a different storage version: ${JSON.stringify(version.text)}, both must be the same`;
        yield forbidden(version, detail);
      }
    }
  },
};

/** kOps: `BuildOptions` of etcd-manager (pkg/model/components/etcdmanager/options.go), which brings 3.5, 3.6 and 3.7 since kOps 1.37. */
export const etcdVersionGivenUp: ClusterRule = {
  id: 'ETCD-VERSION-GIVEN-UP',
  on: 'cluster',
  severity: 'error',
  title: 'The version of etcd is one that kOps still brings along, or has an image of its own.',
  explanation:
    'etcd-manager of kOps 1.37 has etcd 3.5, 3.6 and 3.7. Remove the version to get the one that kOps recommends; etcd-manager upgrades by one minor version at a time, so that a cluster with 3.4 goes to 3.5 with an older kOps first. Judged only where the version of kOps is known: from the store, or by `--kops-version`.',
  *check({ cluster, kopsVersion }): Iterable<Problem> {
    if (kopsVersion === undefined || !isAtLeast(kopsVersion, 1, 37)) {
      return;
    }
    for (const etcdCluster of cluster.spec.at('etcdClusters').items) {
      const version = etcdCluster.at('version');
      const [, , minor] = semver.exec(version.text?.replace(/^v/, '') ?? '') ?? [];
      if (minor !== undefined && Number(minor) < 5 && etcdCluster.at('image').text === undefined) {
        const detail = `etcd version ${JSON.stringify(version.text)} is not supported with etcd-manager, please specify a supported version, remove the value to use the recommended version, or also set the image field to run a custom version`;
        yield invalid(version, detail);
      }
    }
  },
};

function* unfit(node: Node, text: string): Iterable<Problem> {
  const major = semver.exec(text.replace(/^v/, ''))?.[1];
  if (major === undefined) {
    yield invalid(node, 'the storage version is invalid');
  } else if (major !== '3') {
    yield invalid(node, 'unsupported storage version, we only support major version 3');
  }
}

import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { isAtLeast, type KopsVersion, kubernetesVersionOf } from '../../versions.ts';

/** The newest kOps that is known here, and the oldest Kubernetes that it updates. */
const newestKops = 37;
const oldestOfNewest = 32;

/**
 * The oldest minor version of Kubernetes that each minor version of kOps 1 updates, and the oldest that it does not call deprecated
 * (`OldestSupportedKubernetesVersion` and `OldestRecommendedKubernetesVersion`, upup/pkg/fi/cloudup/apply_cluster.go of its releases).
 */
const oldest: ReadonlyMap<number, readonly [supported: number, recommended: number]> = new Map([
  [22, [17, 19]],
  [23, [18, 20]],
  [24, [19, 21]],
  [25, [20, 22]],
  [26, [21, 23]],
  [27, [22, 24]],
  [28, [23, 25]],
  [29, [24, 26]],
  [30, [25, 27]],
  [31, [25, 28]],
  [32, [27, 29]],
  [33, [27, 29]],
  [34, [29, 31]],
  [35, [29, 31]],
  [36, [31, 33]],
  [newestKops, [oldestOfNewest, 34]],
]);

/** kOps: `validateKubernetesVersion` (upup/pkg/fi/cloudup/apply_cluster.go), whose bound keeps the patch number of kOps. */
export const kubernetesTooNew: ClusterRule = {
  id: 'KUBERNETES-TOO-NEW',
  on: 'cluster',
  severity: 'warning',
  title: 'The Kubernetes version of a cluster is not newer than its kOps.',
  explanation:
    'kOps 1.36 knows Kubernetes up to 1.36, and `kops update cluster` ends with `kops upgrade is required`, unless `KOPS_RUN_TOO_NEW_VERSION` is set. Update the cluster with a kOps of the same minor version or a later one. It is a warning, since the next update of a store need not be done with the kOps that did the last. Judged only where the version of kOps is known: from the store, or by `--kops-version`.',
  *check({ cluster: { spec }, kopsVersion }): Iterable<Problem> {
    const version = kubernetesVersionOf(spec);
    if (version === undefined || kopsVersion === undefined) {
      return;
    }
    const { major, minor, patch } = kopsVersion;
    if (isAtLeast(version, major, minor + 1, patch)) {
      yield invalid(
        spec.at('kubernetesVersion'),
        `This version of kubernetes is not yet supported; upgrading kops is required (it is judged as kOps ${major}.${minor}.${patch})`,
      );
    }
  },
};

/** kOps: `validateKubernetesVersion` (upup/pkg/fi/cloudup/apply_cluster.go). */
export const kubernetesTooOld: ClusterRule = {
  id: 'KUBERNETES-TOO-OLD',
  on: 'cluster',
  severity: 'error',
  title: 'The Kubernetes version of a cluster is one that its kOps still updates.',
  explanation:
    'Each kOps gives up the oldest versions of Kubernetes, and `kops update cluster` ends with `kubernetes upgrade is required`. Raise the version one minor version at a time, beginning with an older kOps. Judged only where the version of kOps is known: from the store, or by `--kops-version`.',
  *check({ cluster: { spec }, kopsVersion }): Iterable<Problem> {
    const version = kubernetesVersionOf(spec);
    const [supported] = boundsOf(kopsVersion) ?? [];
    if (version !== undefined && supported !== undefined && !isAtLeast(version, 1, supported)) {
      yield invalid(
        spec.at('kubernetesVersion'),
        `This version of Kubernetes is no longer supported; upgrading Kubernetes is required (kOps 1.${kopsVersion?.minor} takes 1.${supported}.0 and later)`,
      );
    }
  },
};

/** kOps: `validateKubernetesVersion` (upup/pkg/fi/cloudup/apply_cluster.go), which goes on after it has said so. */
export const kubernetesDeprecated: ClusterRule = {
  id: 'KUBERNETES-DEPRECATED',
  on: 'cluster',
  severity: 'warning',
  title: 'The Kubernetes version of a cluster is not one that the next versions of kOps give up.',
  explanation:
    'kOps still updates the cluster, and the next minor versions of kOps will not. Plan the upgrade of Kubernetes before that of kOps.',
  *check({ cluster: { spec }, kopsVersion }): Iterable<Problem> {
    const version = kubernetesVersionOf(spec);
    const bounds = boundsOf(kopsVersion);
    if (version === undefined || bounds === undefined) {
      return;
    }
    const [supported, recommended] = bounds;
    if (isAtLeast(version, 1, supported) && !isAtLeast(version, 1, recommended)) {
      yield invalid(
        spec.at('kubernetesVersion'),
        `Kops support for this Kubernetes version is deprecated and will be removed in a future release; upgrading to 1.${recommended} or later is recommended`,
      );
    }
  },
};

/** What can be said where it is not known which kOps is to be used. */
export const kubernetesUnusual: ClusterRule = {
  id: 'KUBERNETES-VERSION-UNUSUAL',
  on: 'cluster',
  severity: 'warning',
  title: 'The Kubernetes version of a cluster is one that a kOps of today updates.',
  explanation:
    'Where nothing says which kOps is used, the version is measured by the newest kOps that is known here: it may be a slip, or need a kOps that is much older or newer. `--kops-version` has it judged as that kOps does.',
  *check({ cluster: { spec }, kopsVersion }): Iterable<Problem> {
    const version = kubernetesVersionOf(spec);
    if (version === undefined || kopsVersion !== undefined) {
      return;
    }
    if (!isAtLeast(version, 1, oldestOfNewest) || isAtLeast(version, 1, newestKops + 1)) {
      yield invalid(
        spec.at('kubernetesVersion'),
        `kOps 1.${newestKops} takes Kubernetes 1.${oldestOfNewest} to 1.${newestKops}; name the kOps that you use with --kops-version`,
      );
    }
  },
};

/** What a kOps takes; undefined where it is not known. */
function boundsOf(kopsVersion: KopsVersion | undefined): readonly [supported: number, recommended: number] | undefined {
  return kopsVersion?.major === 1 ? oldest.get(kopsVersion.minor) : undefined;
}

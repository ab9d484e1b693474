import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const addonManifests: ClusterRule = {
  id: 'ADDON-MANIFEST',
  on: 'cluster',
  severity: 'error',
  title: 'The manifests of add-ons lie in a store, not on a disk.',
  explanation:
    'The control plane fetches them when it starts, and has no such file. Put the manifest into the state store and name it there.',
  kops: ['8.3/5'],
  *check({ cluster }): Iterable<Problem> {
    for (const addon of cluster.spec.at('addons').items) {
      const manifest = addon.at('manifest');
      if (manifest.text?.startsWith('file://') === true) {
        yield invalid(manifest, 'file:// addon manifests are not supported');
      }
    }
  },
};

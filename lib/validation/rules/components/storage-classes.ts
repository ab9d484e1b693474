import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateCloudConfiguration` (pkg/apis/kops/validation/validation.go). */
export const storageClasses: ClusterRule = {
  id: 'STORAGE-CLASSES',
  on: 'cluster',
  severity: 'error',
  title: 'Whether kOps makes storage classes is said once, or twice the same.',
  explanation:
    'On OpenStack there is an older field for it: `cloudConfig.openstack.blockStorage.createStorageClass`. Remove that one.',
  *check({ cluster: { spec } }): Iterable<Problem> {
    const managed = spec.at('cloudConfig', 'manageStorageClasses');
    const created = spec.at('cloudProvider', 'openstack', 'blockStorage', 'createStorageClass');
    if (managed.flag !== undefined && created.flag !== undefined && managed.flag !== created.flag) {
      const detail =
        'Management of storage classes and OpenStack block storage classes are both specified but disagree';
      yield forbidden(managed, detail);
    }
  },
};

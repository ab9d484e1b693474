import type { Node } from '../../node.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';

/** kOps up to 1.25: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const vaultStores: ClusterRule = {
  id: 'STORE-VAULT',
  on: 'cluster',
  severity: 'error',
  title: 'Nothing lies in Vault that kOps or etcd-manager cannot read from there.',
  explanation:
    'Up to version 1.25 kOps took `vault://` for `keyStore` and `secretStore`; later versions have no Vault at all and stop at such a path. Backups and published keys could never lie there: etcd-manager knows no Vault. Copy keys and secrets to a bucket while a kOps 1.25 still reads them, and name that.',
  *check({ cluster: { spec }, kopsVersion }): Iterable<Problem> {
    const hadVault = kopsVersion !== undefined && !isAtLeast(kopsVersion, 1, 26);
    const gone = 'kOps has no Vault since version 1.26: move what lies there to a bucket';
    for (const store of hadVault ? [] : [spec.at('configStore', 'keypairs'), spec.at('configStore', 'secrets')]) {
      yield* inVault(store, gone);
    }
    for (const etcdCluster of spec.at('etcdClusters').items) {
      yield* inVault(etcdCluster.at('backups', 'backupStore'), 'etcd-manager cannot keep backups in Vault');
    }
  },
};

function* inVault(store: Node, detail: string): Iterable<Problem> {
  if (store.text?.startsWith('vault://') === true) {
    yield forbidden(store, detail);
  }
}

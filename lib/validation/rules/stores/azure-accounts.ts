import type { Node } from '../../node.ts';
import { invalid, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { readVfsPath } from './vfs-path.ts';

/** kOps: `validateAzureBlobAccountUniformity` (pkg/apis/kops/validation/validation.go), and `pkg/model/components/etcdmanager/model.go`. */
export const azureAccounts: ClusterRule = {
  id: 'STORE-AZURE-ACCOUNTS',
  on: 'cluster',
  severity: 'error',
  title: 'All stores of a cluster that lie in Azure lie in the storage account of its configuration.',
  explanation:
    'The machines are given access to one storage account. Move the store, or write the account of `configBase` into its path.',
  kops: ['8.3/3', '8.3/4', '8.3/14'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const base = accountAt(spec.at('configStore', 'base'));
    if (base !== undefined && 'reason' in base) {
      return; // Said by the rule of the base.
    }
    const stores = [
      spec.at('configStore', 'keypairs'),
      spec.at('configStore', 'secrets'),
      ...spec.at('etcdClusters').items.map((etcdCluster) => etcdCluster.at('backups', 'backupStore')),
    ];
    for (const store of stores) {
      yield* mismatch(store, base?.bucket);
    }
  },
};

function* mismatch(store: Node, expected: string | undefined): Iterable<Problem> {
  const account = accountAt(store);
  if (account === undefined) {
    return;
  }
  if ('reason' in account) {
    yield invalid(store, account.reason);
  } else if (expected === undefined) {
    yield invalid(store, 'azureblob:// URL requires configStore.base to also be azureblob://');
  } else if (account.bucket !== expected) {
    const detail = `storage account ${JSON.stringify(account.bucket)} does not match configStore.base account ${JSON.stringify(expected)}`;
    yield invalid(store, detail);
  }
}

function accountAt({ text }: Node): ReturnType<typeof readVfsPath> | undefined {
  return text?.startsWith('azureblob://') === true ? readVfsPath(text) : undefined;
}

import type { DeployedStore } from '../../policy/deployed-store.ts';
import { readAccess, writeAccess } from '../../policy/store-access.ts';
import type { StoreRole } from '../rule.ts';

/** What may be done with a store, by the name that S3 gives it in a policy. */
export type StoreAction =
  | 's3:ListBucket'
  | 's3:GetObject'
  | 's3:ListBucketVersions'
  | 's3:GetObjectVersion'
  | 's3:GetEncryptionConfiguration'
  | 's3:PutObject'
  | 's3:DeleteObject'
  | 's3:AbortMultipartUpload';

interface ActionText {
  /** For a sentence: `list the store`. */
  readonly purpose: string;
  /** Google's permission for the same. */
  readonly google: string;
}

/** All actions that are tried, in the order in which they are. */
export const actionTexts: Readonly<Record<StoreAction, ActionText>> = {
  's3:ListBucket': { purpose: 'list the store', google: 'storage.objects.list' },
  's3:GetObject': { purpose: 'read objects', google: 'storage.objects.get' },
  's3:ListBucketVersions': { purpose: 'list older versions', google: 'storage.objects.list' },
  's3:GetObjectVersion': { purpose: 'read older versions', google: 'storage.objects.get' },
  's3:GetEncryptionConfiguration': { purpose: 'ask how the bucket encrypts', google: 'storage.buckets.get' },
  's3:PutObject': { purpose: 'write objects', google: 'storage.objects.create' },
  's3:DeleteObject': { purpose: 'delete objects', google: 'storage.objects.delete' },
  's3:AbortMultipartUpload': { purpose: 'give up unfinished uploads', google: 'storage.multipartUploads.abort' },
};

/** What a role needs: the actions that the deployed roles are given, for whichever bucket. */
export function actionsOf(role: StoreRole): ReadonlySet<string> {
  const access = role === 'source' ? readAccess : writeAccess;
  return new Set(access(anyStore).flatMap(({ Action }) => Action));
}

const anyStore: DeployedStore = { name: '', bucket: '', prefix: '', account: '', region: '', partition: 'aws' };

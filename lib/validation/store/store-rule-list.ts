import type { StoreRule } from '../rule.ts';
import { backupRules } from './rules/backups.ts';
import { etcdControlRules } from './rules/etcd-control.ts';
import { generatedRules } from './rules/generated.ts';
import { keysetRules } from './rules/keysets.ts';
import { placementRules } from './rules/placement.ts';

/** All rules of clusters together with the files of their stores. */
export const allStoreRules: readonly StoreRule[] = [
  ...etcdControlRules,
  ...placementRules,
  ...backupRules,
  ...keysetRules,
  ...generatedRules,
];

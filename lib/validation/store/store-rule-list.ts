import type { StoreRule } from '../rule.ts';
import { backupRules } from './rules/backups.ts';
import { discoveryRules } from './rules/discovery.ts';
import { encryptionRules } from './rules/encryption.ts';
import { etcdControlRules } from './rules/etcd-control.ts';
import { generatedRules } from './rules/generated.ts';
import { keysetRules } from './rules/keysets.ts';
import { nodeConfigRules } from './rules/node-configs.ts';
import { nodeScript } from './rules/node-script.ts';
import { nodeTrustRules } from './rules/node-trust.ts';
import { ownFileRules } from './rules/own-files.ts';
import { placementRules } from './rules/placement.ts';
import { secretRules } from './rules/secrets.ts';
import { sshKeyRules } from './rules/ssh-keys.ts';

/** All rules of clusters together with the files of their stores. */
export const allStoreRules: readonly StoreRule[] = [
  ...etcdControlRules,
  ...placementRules,
  ...backupRules,
  ...keysetRules,
  ...secretRules,
  ...encryptionRules,
  ...sshKeyRules,
  ...generatedRules,
  ...ownFileRules,
  ...nodeConfigRules,
  nodeScript,
  ...nodeTrustRules,
  ...discoveryRules,
];

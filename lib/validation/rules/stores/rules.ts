import type { Rule } from '../../rule.ts';
import { addonManifests } from './addons.ts';
import { assets } from './assets.ts';
import { azureAccounts } from './azure-accounts.ts';
import { configBase, configBaseAtRoot } from './config-base.ts';
import { issuerDiscovery } from './issuer-discovery.ts';
import { vaultStores } from './vault.ts';

/** The rules of where a cluster keeps its files, and whence it fetches others. */
export const storeRules: readonly Rule[] = [
  configBase,
  configBaseAtRoot,
  azureAccounts,
  vaultStores,
  addonManifests,
  issuerDiscovery,
  assets,
];

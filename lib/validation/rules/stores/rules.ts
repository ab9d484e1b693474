import type { Rule } from '../../rule.ts';
import { addonManifests } from './addons.ts';
import { assets } from './assets.ts';
import { azureAccounts } from './azure-accounts.ts';
import { configBase } from './config-base.ts';
import { issuerDiscovery } from './issuer-discovery.ts';

/** The rules of where a cluster keeps its files, and whence it fetches others. */
export const storeRules: readonly Rule[] = [configBase, azureAccounts, addonManifests, issuerDiscovery, assets];

import type { Rule } from '../../rule.ts';
import { cidrs } from './cidrs.ts';
import { clusterNetworks } from './cluster-networks.ts';
import { onePlugin } from './one-plugin.ts';
import { subnetCidrs } from './subnet-cidrs.ts';
import { subnetRegions } from './subnet-regions.ts';
import { subnets } from './subnets.ts';

/** The rules of networks and subnets. */
export const networkingRules: readonly Rule[] = [
  cidrs,
  clusterNetworks,
  onePlugin,
  subnets,
  subnetRegions,
  subnetCidrs,
];

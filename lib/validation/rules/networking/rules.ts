import type { Rule } from '../../rule.ts';
import { cidrs } from './cidrs.ts';
import { clusterNetworks } from './cluster-networks.ts';
import { kindnetMasquerade } from './kindnet.ts';
import { onePlugin } from './one-plugin.ts';
import { pluginMissing } from './plugin-missing.ts';
import { privateNetwork } from './private-network.ts';
import { subnetCidrs } from './subnet-cidrs.ts';
import { subnetEgress, subnetType } from './subnet-egress.ts';
import { subnetIpv6 } from './subnet-ipv6.ts';
import { subnetOverlap } from './subnet-overlap.ts';
import { subnetRegions } from './subnet-regions.ts';
import { subnetRoutes } from './subnet-routes.ts';
import { subnetZones } from './subnet-zones.ts';
import { subnets } from './subnets.ts';

/** The rules of networks and subnets. */
export const networkingRules: readonly Rule[] = [
  cidrs,
  clusterNetworks,
  privateNetwork,
  onePlugin,
  pluginMissing,
  kindnetMasquerade,
  subnets,
  subnetType,
  subnetRegions,
  subnetZones,
  subnetCidrs,
  subnetOverlap,
  subnetIpv6,
  subnetEgress,
  subnetRoutes,
];

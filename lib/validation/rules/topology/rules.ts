import type { Rule } from '../../rule.ts';
import { dnsTopology } from './dns.ts';
import { gossipFields } from './gossip.ts';
import { clusterUpdatePolicy, instanceGroupUpdatePolicy } from './update-policy.ts';

/** The rules of DNS and of how machines are kept up to date. */
export const topologyRules: readonly Rule[] = [
  dnsTopology,
  gossipFields,
  clusterUpdatePolicy,
  instanceGroupUpdatePolicy,
];

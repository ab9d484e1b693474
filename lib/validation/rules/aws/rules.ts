import type { Rule } from '../../rule.ts';
import { awsAuthentication, awsOptions, nodeTerminationHandler } from './cluster-options.ts';
import { loadBalancerClass, loadBalancerCloud } from './load-balancer.ts';
import { loadBalancerSubnets } from './load-balancer-subnets.ts';
import { instanceGroupSecurityGroups, loadBalancerSecurityGroups } from './security-groups.ts';
import { instanceGroupWarmPool, warmPool } from './warm-pool.ts';

/** The rules of what only AWS has. */
export const awsRules: readonly Rule[] = [
  loadBalancerCloud,
  loadBalancerClass,
  loadBalancerSubnets,
  loadBalancerSecurityGroups,
  awsOptions,
  awsAuthentication,
  nodeTerminationHandler,
  warmPool,
  instanceGroupWarmPool,
  instanceGroupSecurityGroups,
];

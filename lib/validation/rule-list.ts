import type { Rule } from './rule.ts';
import { awsRules } from './rules/aws/rules.ts';
import { componentRules } from './rules/components/rules.ts';
import { etcdRules } from './rules/etcd/rules.ts';
import { identityRules } from './rules/identity/rules.ts';
import { instanceGroupRules } from './rules/instance-groups/rules.ts';
import { networkingRules } from './rules/networking/rules.ts';
import { pluginRules } from './rules/plugins/rules.ts';
import { storeRules } from './rules/stores/rules.ts';
import { topologyRules } from './rules/topology/rules.ts';
import { updateRules } from './rules/update/rules.ts';

/** All rules of clusters and instance groups. */
export const allRules: readonly Rule[] = [
  ...identityRules,
  ...etcdRules,
  ...networkingRules,
  ...topologyRules,
  ...pluginRules,
  ...componentRules,
  ...storeRules,
  ...instanceGroupRules,
  ...awsRules,
  ...updateRules,
];

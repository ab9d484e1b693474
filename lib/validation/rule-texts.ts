import { allBucketRules } from './bucket/bucket-rule-list.ts';
import { roleRules } from './bucket/role-rules.ts';
import { configurationFile } from './configuration-files.ts';
import { labelRules } from './manifest/label-rules.ts';
import { objectRules } from './manifest/object-rules.ts';
import { syntaxRules } from './manifest/syntax-rules.ts';
import type { RuleText } from './rule.ts';
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
import { schemaRules } from './schema/schema-rules.ts';
import { clusterConfigMissing } from './store/lost-clusters.ts';
import { allStoreRules } from './store/store-rule-list.ts';
import { waiverRules } from './waivers.ts';

/** Rules of one subject. */
export interface RuleGroup {
  /** As a heading: `Subnets and networks`. */
  readonly subject: string;
  readonly rules: readonly RuleText[];
}

/** What every rule says of itself, by subject. */
export const ruleGroups: readonly RuleGroup[] = [
  {
    subject: 'The text of a manifest, and what its objects are',
    rules: [...syntaxRules, ...objectRules, ...labelRules],
  },
  { subject: 'Fields and their types', rules: schemaRules },
  { subject: 'What a cluster is: name, cloud, Kubernetes', rules: identityRules },
  { subject: 'etcd', rules: etcdRules },
  { subject: 'Networks and subnets', rules: networkingRules },
  { subject: 'Topology: DNS and updates', rules: topologyRules },
  { subject: 'Network plugins', rules: pluginRules },
  { subject: 'Components and machines', rules: componentRules },
  { subject: 'Where a cluster keeps its files', rules: storeRules },
  { subject: 'Instance groups', rules: instanceGroupRules },
  { subject: 'AWS', rules: awsRules },
  { subject: 'What may not change any more', rules: updateRules },
  { subject: 'Files of a state store', rules: [configurationFile, clusterConfigMissing, ...allStoreRules] },
  { subject: 'Buckets, by doctor alone', rules: allBucketRules },
  { subject: 'What a role may do, by doctor alone', rules: roleRules },
  { subject: 'Waivers', rules: waiverRules },
];

/** All of them, in that order. */
export const ruleTexts: readonly RuleText[] = ruleGroups.flatMap(({ rules }) => rules);

/** The rule of an id, in capitals or not; undefined where there is none. */
export function ruleOfId(id: string): RuleText | undefined {
  return ruleTexts.find((rule) => rule.id === id.toUpperCase());
}

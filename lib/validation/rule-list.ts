import type { Rule } from './rule.ts';
import { etcdRules } from './rules/etcd/rules.ts';

/** All rules of clusters and instance groups. */
export const allRules: readonly Rule[] = [...etcdRules];

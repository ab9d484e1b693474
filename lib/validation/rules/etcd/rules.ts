import type { Rule } from '../../rule.ts';
import { etcdMemberCount } from './member-count.ts';

/** The rules of etcd clusters. */
export const etcdRules: readonly Rule[] = [etcdMemberCount];

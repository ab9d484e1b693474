import type { Rule } from '../../rule.ts';
import { etcdClusters } from './clusters.ts';
import { etcdMemberCount } from './member-count.ts';
import { etcdMembers } from './members.ts';
import { etcdVersion, etcdVersionGivenUp } from './version.ts';

/** The rules of etcd clusters. */
export const etcdRules: readonly Rule[] = [etcdClusters, etcdMemberCount, etcdMembers, etcdVersion, etcdVersionGivenUp];

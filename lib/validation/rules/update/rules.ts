import type { Rule } from '../../rule.ts';
import { clusterCloudLabels } from './cloud-labels.ts';
import { etcdClustersKept } from './etcd-clusters.ts';

/** The rules of what may not change once a cluster was applied. */
export const updateRules: readonly Rule[] = [etcdClustersKept, clusterCloudLabels];

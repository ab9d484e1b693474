import { commitMarkerOf, configurationGroup, type Group, type GroupOf, groupId, groupOf } from '../kops/groups.ts';
import { classify } from '../kops/layout.ts';
import { convergeCarried, whyNotCarried } from './carried.ts';
import { convergeConfiguration } from './converge-configuration.ts';
import { convergeBackup, convergeControl } from './converge-etcd.ts';
import { type ConvergeOptions, movedOn } from './converge-key.ts';
import type { Gate } from './gate.ts';
import { type Outcome, orFailure } from './outcome.ts';
import { reconcilePrefix } from './reconcile.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Groups in flight of a cluster that arrives whole; several clusters may. */
const innerConcurrency = 4;

/**
 * The groups that an event of a key is about: its own; and, where a gate may have held it, the configuration that is judged by what the key holds, namely the cluster
 * as it was applied last, or the kOps that did it.
 */
export function groupsOf(key: string, gate: Gate | undefined): readonly Group[] {
  const { class: objectClass, cluster } = classify(key);
  const isJudgedBy = gate?.mode === 'enforce' && objectClass === 'completed-spec';
  return isJudgedBy ? [groupOf(key), configurationGroup(cluster)] : [groupOf(key)];
}

/** Groups, each once: many events for one group are one piece of work. */
export function distinct(groups: readonly Group[]): readonly Group[] {
  return [...new Map(groups.map((group) => [groupId(group), group])).values()];
}

/** Converges all keys of one group, in the group's order. The outcomes name every key that was looked at. Never rejects for a store's error. */
export async function convergeGroup(context: ReplicationContext, group: Group): Promise<readonly Outcome[]> {
  return [await orFailure(commitMarkerOf(group), () => convergeByKind(context, group))].flat();
}

function convergeByKind(context: ReplicationContext, group: Group): Promise<readonly Outcome[]> {
  switch (group.kind) {
    case 'single':
      return convergeCarried(context, group.key);
    case 'etcd-backup':
      return convergeBackup(context, group);
    case 'etcd-control':
      return convergeControl(context, group);
    case 'configuration':
      return convergeCluster(context, group);
  }
}

/**
 * Converges a cluster's configuration; and, while the destination has no `config` of it, the rest of the cluster first: kOps takes a cluster to be
 * there once its `config` is.
 */
async function convergeCluster(
  context: ReplicationContext,
  group: GroupOf<'configuration'>,
): Promise<readonly Outcome[]> {
  const { config, prefixes } = group;
  if ([config, ...prefixes.map((prefix) => `${prefix}x`)].every((key) => whyNotCarried(context, key) !== undefined)) {
    return convergeCarried(context, config);
  }
  const others: Outcome[] = [];
  if (await isArriving(context, config)) {
    const prefix = config.slice(0, -'config'.length);
    const limits = { configurations: 'leave', concurrency: innerConcurrency } as const;
    await reconcilePrefix(context, prefix, (outcome) => others.push(outcome), limits);
    if (others.some(({ kind }) => kind === 'failed')) {
      return [...others, { kind: 'deferred', key: config, reason: 'something else of its cluster did not arrive' }];
    }
  }
  const outcomes = [...others, ...(await convergeConfiguration(context, group))];
  return outcomes.length > 0 ? outcomes : convergeCarried(context, config, onlyListed(context));
}

/** What no listing shows is not let pass by a gate: a set without it was judged, if any. */
function onlyListed(context: ReplicationContext): ConvergeOptions {
  return context.gate === undefined ? {} : { admit: async (key) => movedOn(context, key) };
}

/** Whether the route carries this `config`, and the source has it, and the destination does not yet. */
async function isArriving(context: ReplicationContext, config: string): Promise<boolean> {
  const { source, destination, signal } = context;
  return (
    whyNotCarried(context, config) === undefined &&
    (await destination.find(config, { signal })) === undefined &&
    (await source.find(config, { signal })) !== undefined
  );
}

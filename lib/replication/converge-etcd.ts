import type { GroupOf } from '../kops/groups.ts';
import { convergeCarried, whyNotCarried } from './carried.ts';
import { convergeKey } from './converge-key.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';

const prunedLater = 'data of a pruned backup goes with a later reconcile, when no worker can still be writing its meta';

/**
 * A listed backup is a whole one: the meta appears only after its data is there and proved equal, and goes first when the backup is pruned.
 */
export async function convergeBackup(
  context: ReplicationContext,
  group: GroupOf<'etcd-backup'>,
): Promise<readonly Outcome[]> {
  const { data, meta } = group;
  if (whyNotCarried(context, data) !== undefined) {
    return Promise.all([data, meta].map(async (key) => (await convergeCarried(context, key))[0]));
  }
  return context.hold(group, (held) => convergeWholeBackup(held, group));
}

async function convergeWholeBackup(
  context: ReplicationContext,
  { data, meta }: GroupOf<'etcd-backup'>,
): Promise<readonly Outcome[]> {
  const listed = await context.source.find(meta, { signal: context.signal });
  if (listed === undefined) {
    const metaOutcome = await convergeKey(context, meta);
    return [metaOutcome, await convergeKey(context, data, { keepWhenGone: prunedLater })];
  }
  const dataOutcome = await convergeKey(context, data, {
    keepWhenGone: 'the source lists a backup whose data is gone',
  });
  return [dataOutcome, isThere(dataOutcome) ? await convergeKey(context, meta) : deferred(meta, data)];
}

/**
 * `etcd-cluster-created` comes before `etcd-cluster-spec`, and goes after it: etcd-manager takes a spec without the marker for a new cluster, and
 * starts an empty etcd. The spec comes alone only where the source itself has no marker yet.
 */
export async function convergeControl(
  context: ReplicationContext,
  group: GroupOf<'etcd-control'>,
): Promise<readonly Outcome[]> {
  const { created, spec } = group;
  if (whyNotCarried(context, created) !== undefined) {
    return [...(await convergeCarried(context, created)), ...(await convergeCarried(context, spec))];
  }
  return context.hold(group, (held) => convergeBothFiles(held, group));
}

async function convergeBothFiles(
  context: ReplicationContext,
  { created, spec }: GroupOf<'etcd-control'>,
): Promise<readonly Outcome[]> {
  const { source, destination, signal } = context;
  if ((await source.find(created, { signal })) !== undefined) {
    const createdOutcome = await convergeKey(context, created);
    return [createdOutcome, isThere(createdOutcome) ? await convergeKey(context, spec) : deferred(spec, created)];
  }
  const specOutcome = await convergeKey(context, spec);
  const specStays = (await destination.find(spec, { signal })) !== undefined;
  const keep = specStays ? { keepWhenGone: 'the destination has a spec, which must not stand without it' } : {};
  return [specOutcome, await convergeKey(context, created, keep)];
}

/** Whether the destination now holds the source's content, by proof. */
function isThere(outcome: Outcome): boolean {
  return outcome.kind === 'written' || (outcome.kind === 'in-sync' && outcome.by !== 'absence');
}

function deferred(key: string, waitsFor: string): Outcome {
  return { kind: 'deferred', key, reason: `it waits for ${waitsFor}` };
}

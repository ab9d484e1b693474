import { groupOf } from '../kops/groups.ts';
import type { Store } from '../vfs/store.ts';
import type { ReplicationContext } from './replication-context.ts';

/**
 * Why the data of a pruned backup must stay a while longer; undefined when it may go, and for every other key.
 *
 * A worker that saw the whole backup may still be writing its meta. So the data goes only when the meta has been absent at both ends for longer than any worker
 * lives. The destination's history tells since when; one that keeps no versions cannot, and keeps the data.
 */
export async function whyDataStays(
  { destination, source, clock, signal, workerLifetimeMs }: ReplicationContext,
  key: string,
): Promise<string | undefined> {
  const group = groupOf(key);
  if (group.kind !== 'etcd-backup' || key !== group.data) {
    return undefined;
  }
  if (!destination.capabilities.versions) {
    return 'the destination keeps no versions, so nobody knows since when its meta is gone';
  }
  if (
    (await source.find(group.meta, { signal })) !== undefined ||
    (await destination.find(group.meta, { signal })) !== undefined
  ) {
    return 'its meta is still there';
  }
  const since = await deletedAt(destination, group.meta, signal);
  if (since === undefined) {
    return 'the history of the destination does not say since when its meta is gone';
  }
  const age = clock.now() - since.getTime();
  return age > workerLifetimeMs
    ? undefined
    : `its meta is gone for ${Math.round(age / 1000)} s, and a worker may live for ${workerLifetimeMs / 1000} s`;
}

async function deletedAt(store: Store, key: string, signal: AbortSignal): Promise<Date | undefined> {
  for await (const version of store.versions.list(key, signal)) {
    if (version.key === key && version.latest) {
      return version.kind === 'deletion' ? version.modifiedAt : undefined;
    }
  }
  return undefined;
}

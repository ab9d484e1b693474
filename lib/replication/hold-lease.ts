import type { Leases } from '../control/leases.ts';
import type { Turns } from '../flow/turns.ts';
import { commitMarkerOf, type Group, groupId, groupOf } from '../kops/groups.ts';
import { Store } from '../vfs/store.ts';
import type { ReplicationContext } from './replication-context.ts';
import { type HeldLease, underLease } from './under-lease.ts';

/** How groups are leased by the windows of one replicator. */
export interface Holding {
  readonly leases: Leases;
  /** Two pieces of work of one process wait for each other, so that neither finds the lease held. */
  readonly turns: Turns;
}

/** A context in which every group is changed under its own lease, and nothing without one. */
export function withLeases(context: Omit<ReplicationContext, 'hold'>, { leases, turns }: Holding): ReplicationContext {
  const { destination, signal } = context;
  const changedUnder = (held: HeldLease | undefined) => new Store(underLease(held)(destination.driver));

  const hold: ReplicationContext['hold'] = (group, work) =>
    turns.run(groupId(group), async () => {
      const lease = await leases.acquire(subjectOf(destination, group), signal);
      const covers = (key: string) => isOf(group, groupOf(key));
      const holding: ReplicationContext = {
        ...context,
        destination: changedUnder({ lease, covers }),
        hold: (other, inner) => (isOf(group, other) ? inner(holding) : hold(other, inner)),
      };
      try {
        return await work(holding);
      } finally {
        await lease.end();
      }
    });
  return { ...context, destination: changedUnder(undefined), hold };
}

function isOf(group: Group, other: Group): boolean {
  return groupId(other) === groupId(group);
}

/** What is leased: the address of the object with which a group counts, the same wherever the store is taken to begin. */
function subjectOf({ url }: Store, group: Group): string {
  return `${url}/${commitMarkerOf(group)}`;
}

import { Leases } from '../../../lib/control/leases.ts';
import type { Outcome } from '../../../lib/replication/outcome.ts';
import { createReplicator } from '../../../lib/replication/replicator.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Gate } from './gate.ts';
import { key, type Surroundings } from './scenario.ts';

/** One of the workers. */
export interface Worker {
  /** Before which it stands; undefined while it is idle. */
  gate: Gate | undefined;
  /** By which its lease is known. */
  nonce: string;
  /** Whether the lease that it asked for last has run out. */
  isOver: boolean;
}

/** An idle one. */
export function createWorker(): Worker {
  return { gate: undefined, nonce: '', isOver: false };
}

/** What a worker does with an event, by the product's own code. */
export async function convergeKey(
  { source, destination, control, clock, lagMs, takesLeases }: Surroundings,
  nonce: string,
): Promise<readonly Outcome[]> {
  const newNonce = () => nonce;
  const leases = new Leases({ control: new Store(control), clock, holder: 'worker', newNonce });
  const replicator = createReplicator({
    source: new Store(source),
    destination: new Store(destination),
    policy: { carries: () => true, deletePolicy: () => 'follow' },
    clock,
    brake: { deletes: 1000, prunedBackups: 1000 },
    lagMs,
    ...(takesLeases ? { leases } : { unguarded: true }),
  });
  const own = new AbortController().signal; // A worker that died never lets go of its signal, so none is shared.
  return (await replicator.converge([key], own)).get(key) ?? [];
}

/** A sleep that nobody waits for longer than its signal. */
export function forever(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

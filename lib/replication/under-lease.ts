import type { Lease } from '../control/lease.ts';
import { withAnySignal } from '../flow/any-signal.ts';
import type { Layer } from '../vfs/driver.ts';
import { isVfsError, VfsError } from '../vfs/errors.ts';
import { aroundCalls, type DriverCall } from '../vfs/layers/around.ts';

/** A lease, and the keys that it is for. */
export interface HeldLease {
  readonly lease: Lease;
  covers(key: string): boolean;
}

/** What changes what a key holds. Parts change nothing before they are put together. */
const changes: ReadonlySet<string> = new Set(['write', 'delete', 'copy', 'complete', 'deleteVersion']);

/**
 * A destination that is changed under a lease only: a change of a key that it is not for, or with too little of it left, is refused before any request.
 *
 * What is under way when the lease is lost is aborted. A change of which the answer was lost rejects with `Unavailable`, and is the last one: the lease is
 * then left to run out, so that nobody else changes the key before that change has arrived, or never will.
 */
export function underLease(held: HeldLease | undefined): Layer {
  return (inner) =>
    aroundCalls(inner, (call, run) => (changes.has(call.operation) ? change(held, call, run) : run(call.signal)));
}

async function change<T>(
  held: HeldLease | undefined,
  { operation, url, key, signal }: DriverCall,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const target = `${url}/${key}`;
  if (held?.covers(key) !== true) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'no lease of it is held', maybeApplied: false });
  }
  const { lease } = held;
  lease.requireForChange(operation, target);
  try {
    return await withAnySignal([signal, lease.lost], run);
  } catch (error) {
    if (!mayHaveHappened(error)) {
      throw error;
    }
    lease.leave();
    const cause = isVfsError(error) ? error.reason : 'it was given up';
    const reason = `the answer was lost (${cause}); it is looked at again when its lease has run out`;
    throw new VfsError({ code: 'Unavailable', operation, target, reason, cause: error });
  }
}

function mayHaveHappened(error: unknown): boolean {
  return !isVfsError(error) || error.maybeApplied || error.attempted;
}

import { groupOf } from '../kops/groups.ts';
import { classify } from '../kops/layout.ts';
import { isRefusedCondition, isVfsError, type VfsError } from '../vfs/errors.ts';
import { undefinedWhenAbsent } from '../vfs/store.ts';
import type { ObjectStat, Revision } from '../vfs/types.ts';
import { sameContent } from './compare-content.ts';
import { deleteCondition } from './condition.ts';
import { type Decision, decide } from './decide.ts';
import { DeletePermit } from './delete-permit.ts';
import { type Outcome, orFailure } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';
import { believedStamp } from './stamp.ts';
import { type SourceObject, transfer } from './transfer.ts';

const maxRounds = 5;

export interface ConvergeOptions {
  /** What a listing already said of the replica; it spares the first stat. The listing must be older than any look at the source. */
  readonly replica?: ObjectStat | 'absent';
  /** Take the source only at this revision; else the outcome is `deferred`, and the caller starts over. */
  readonly pin?: Revision;
  /** Leave the replica alone when the source is gone; the outcome is then `deferred`, for this reason. */
  readonly keepWhenGone?: string;
  /** Asked before each change of the replica. */
  readonly admit?: Admit;
}

/**
 * Says whether a change of the replica may happen: a write of this revision of the source, or its delete where that is undefined. Resolves to undefined, or to the
 * outcome of a change that may not.
 */
export type Admit = (key: string, revision: Revision | undefined) => Promise<Outcome | undefined>;

/**
 * Makes one destination key equal to its source key, from what is there now (docs/architecture.md).
 *
 * Safe to run at the same time as any number of others for the same key, and to be cut off between any two requests: whoever changes the destination looks at
 * the source afterwards, so the last change is always followed by a look. Never rejects for a store's error: that is the outcome `failed`.
 */
export async function convergeKey(
  context: ReplicationContext,
  key: string,
  options: ConvergeOptions = {},
): Promise<Outcome> {
  return orFailure(key, () => context.hold(groupOf(key), (held) => convergeInRounds(held, key, options)));
}

async function convergeInRounds(context: ReplicationContext, key: string, options: ConvergeOptions): Promise<Outcome> {
  const permit = new DeletePermit(context, classify(key));
  const listed = mayLag(context) ? undefined : options.replica; // A listing knows no stamp, which orders the answers of such a source.
  let last: VfsError | undefined;
  for (let round = 1; round <= maxRounds; round += 1) {
    const known = round === 1 ? listed : undefined;
    try {
      const outcome = await convergeOnce(context, key, { ...options, known, permit });
      if (outcome !== 'start over') {
        return outcome;
      }
    } catch (error) {
      if (!meansStartOver(error)) {
        throw error;
      }
      last = error;
    }
  }
  if (last?.code === 'ChecksumMismatch') {
    throw last;
  }
  const reason = `both ends kept changing through ${maxRounds} rounds${last === undefined ? '' : `; at last: ${last.message}`}`;
  return { kind: 'failed', key, reason, retryable: true, code: 'Contended' };
}

/** Whether an error says that one of the ends is no longer what it was, or did not take the bytes as they were sent. */
function meansStartOver(error: unknown): error is VfsError {
  return isRefusedCondition(error) || isVfsError(error, 'NotFound', 'ChecksumMismatch');
}

interface Round {
  readonly known: ObjectStat | 'absent' | undefined;
  readonly pin?: Revision;
  readonly keepWhenGone?: string;
  readonly permit: DeletePermit;
  readonly admit?: Admit;
}

/** One round: look at the replica, then at the source; decide; act; look at the source again. The order of the two looks matters. */
async function convergeOnce(context: ReplicationContext, key: string, round: Round): Promise<Outcome | 'start over'> {
  const { source, destination, signal } = context;
  const replica = round.known === 'absent' ? undefined : (round.known ?? (await destination.find(key, { signal })));
  const found = await lookAtSource(context, key, replica);
  if (found === 'unchanged') {
    return { kind: 'in-sync', key, by: 'stamp' };
  }
  try {
    if (round.pin !== undefined && found?.stat.revision !== round.pin) {
      return movedOn(context, key);
    }
    const deletes = round.permit.policy;
    const urls = { sourceUrl: source.url, destinationUrl: destination.url };
    const lag = mayLag(context) ? { lag: { ms: context.lagMs, now: context.clock.now() } } : {};
    const decision = decide({ source: found?.stat, replica, deletes, ...urls, ...lag });
    if (decision.kind === 'delete' && round.keepWhenGone !== undefined) {
      return { kind: 'deferred', key, reason: round.keepWhenGone };
    }
    return await carryOut(context, key, decision, { found, ...round });
  } finally {
    await found?.body?.cancel();
  }
}

/**
 * Looks at the source object with as few requests as can be: where the replica's stamp tells which revision it came from, one read answers
 * "unchanged" or brings the new content; where there is no replica, the content will be needed anyway.
 */
async function lookAtSource(
  { source, signal }: ReplicationContext,
  key: string,
  replica: ObjectStat | undefined,
): Promise<SourceObject | 'unchanged' | undefined> {
  if (replica === undefined) {
    return undefinedWhenAbsent(source.read(key, { signal }));
  }
  const stamp = believedStamp(replica, source.url);
  if (stamp !== undefined && source.capabilities.readUnless) {
    return undefinedWhenAbsent(source.readUnless(key, stamp.revision, { signal }));
  }
  const stat = await source.find(key, { signal });
  return stat && { stat };
}

interface Hands {
  readonly found: SourceObject | undefined;
  readonly permit: DeletePermit;
  readonly admit?: Admit;
}

async function carryOut(
  context: ReplicationContext,
  key: string,
  decision: Decision,
  hands: Hands,
): Promise<Outcome | 'start over'> {
  switch (decision.kind) {
    case 'in-sync':
      return { kind: 'in-sync', key, by: decision.by };
    case 'retain':
      return { kind: 'retained', key, reason: 'it is not at the source, and deletes of its class are retained' };
    case 'loop':
      return cameFromDestination(context, key);
    case 'look-later':
      return { kind: 'failed', key, reason: decision.reason, retryable: true, code: 'Stale' };
    case 'delete':
      return deleteReplica(context, key, decision.replace, hands);
    case 'verify':
      return verify(context, key, decision.replace, hands);
    case 'write':
      return write(context, key, decision.replace, hands);
  }
}

async function verify(
  context: ReplicationContext,
  key: string,
  replace: Revision,
  hands: Hands,
): Promise<Outcome | 'start over'> {
  if (hands.found !== undefined && (await sameContent(context, hands.found.stat, replace))) {
    return { kind: 'in-sync', key, by: 'reading' };
  }
  return write(context, key, replace, hands);
}

async function write(
  context: ReplicationContext,
  key: string,
  replace: Revision | undefined,
  { found, admit }: Hands,
): Promise<Outcome | 'start over'> {
  if (found === undefined) {
    return 'start over';
  }
  const kept = await admit?.(key, found.stat.revision);
  if (kept !== undefined) {
    return kept;
  }
  const remark = await transfer(context, found, replace);
  const now = await context.source.find(key, { signal: context.signal });
  if (now?.revision !== found.stat.revision) {
    return 'start over';
  }
  return { kind: 'written', key, bytes: found.stat.size, ...(remark === undefined ? {} : { remark }) };
}

async function deleteReplica(
  context: ReplicationContext,
  key: string,
  replace: Revision,
  { permit, admit }: Hands,
): Promise<Outcome | 'start over'> {
  const { source, destination, signal } = context;
  const refusal = (await admit?.(key, undefined)) ?? (await permit.refusal(key)); // What is held takes no slot of the brake.
  if (refusal !== undefined) {
    return refusal;
  }
  await destination.delete(key, { signal, precondition: deleteCondition(context, replace) });
  const now = await source.find(key, { signal });
  return now === undefined ? { kind: 'deleted', key } : 'start over';
}

function mayLag({ source }: ReplicationContext): boolean {
  return !source.capabilities.stronglyConsistent;
}

/** The source has what was copied from the destination: it is never written back. */
export function cameFromDestination({ destination }: ReplicationContext, key: string): Outcome {
  return { kind: 'failed', key, reason: `it came from ${destination.url}`, retryable: false, code: 'Loop' };
}

/** The source is not what its listing said: somebody changed it, and an event will tell; or one of the two answers lags. */
export function movedOn(context: ReplicationContext, key: string): Outcome {
  return mayLag(context)
    ? { kind: 'failed', key, reason: 'the source and its listing disagree', retryable: true, code: 'Stale' }
    : { kind: 'deferred', key, reason: 'the source moved on while its set was read' };
}

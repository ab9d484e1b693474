import { inWriteOrder } from '../kops/groups.ts';
import { Admission } from './admission.ts';
import { whyNotCarried } from './carried.ts';
import { compareEntries } from './compare.ts';
import { type ConfigurationGroup, type ConfigurationSet, fingerprint, listConfiguration } from './configuration-set.ts';
import { type Admit, type ConvergeOptions, convergeKey } from './converge-key.ts';
import type { Objection } from './gate.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';
import { writeAsRead } from './write-as-read.ts';

export interface ConfigurationOptions {
  /** Whether what is gone at the source is deleted here; a caller may do that itself. @default 'follow' */
  readonly deletes?: 'follow' | 'leave';
}

const maxRounds = 5;

/**
 * Converges a cluster's configuration as one set: instance groups and cluster addons, then `config`, then deletes.
 *
 * The set is listed, copied pinned to what was listed, and listed again; when the two listings differ, kOps was in the middle of a command, and it starts over.
 * Where there is a gate, the set is read and judged before its first change; one that is not let pass changes nothing.
 */
export async function convergeConfiguration(
  context: ReplicationContext,
  group: ConfigurationGroup,
  { deletes = 'follow' }: ConfigurationOptions = {},
): Promise<readonly Outcome[]> {
  return context.hold(group, (held) => convergeSet(held, group, deletes));
}

/** Deletes a key that the destination alone has of a configuration; where there is a gate, only as a change of the set that the source has now. */
export async function deleteFromConfiguration(
  context: ReplicationContext,
  group: ConfigurationGroup,
  key: string,
): Promise<readonly Outcome[]> {
  return context.hold(group, async (held) => {
    const admission =
      held.gate && new Admission(held, held.gate, group, await listConfiguration(held, held.source, group));
    return withObjection([await convergeKey(held, key, admittedBy(admission))], admission?.objection);
  });
}

/** A configuration as both ends list it, and what its changes have to pass. */
interface Round {
  readonly source: ConfigurationSet;
  readonly replica: ConfigurationSet;
  readonly admission: Admission | undefined;
}

async function convergeSet(
  context: ReplicationContext,
  group: ConfigurationGroup,
  deletes: 'follow' | 'leave',
): Promise<readonly Outcome[]> {
  const done = new Map<string, Outcome>();
  for (let number = 1; number <= maxRounds; number += 1) {
    const source = await listConfiguration(context, context.source, group);
    const replica = await listConfiguration(context, context.destination, group);
    const admission = context.gate && new Admission(context, context.gate, group, source);
    const round: Round = { source, replica, admission };
    const copied = await copySet(context, group, round);
    const deleted = deletes === 'leave' ? [] : await deleteRest(context, round, copied);
    const outcomes = withObjection([...copied, ...deleted], admission?.objection);
    const again = await listConfiguration(context, context.source, group);
    if (fingerprint(source) === fingerprint(again)) {
      return outcomes.map((outcome) => (outcome.kind === 'in-sync' ? (done.get(outcome.key) ?? outcome) : outcome));
    }
    for (const outcome of outcomes.filter(({ kind }) => kind === 'written')) {
      done.set(outcome.key, outcome); // A later round may find it in sync.
    }
  }
  const reason = `the configuration kept changing through ${maxRounds} rounds`;
  return [{ kind: 'failed', key: group.config, reason, retryable: true, code: 'Contended' }];
}

async function copySet(
  context: ReplicationContext,
  group: ConfigurationGroup,
  round: Round,
): Promise<readonly Outcome[]> {
  const carried = [...round.source.keys()].filter((key) => isCarried(context, key));
  const outcomes: Outcome[] = [];
  for (const key of inWriteOrder(group, carried)) {
    if (key === group.config && !haveArrived(outcomes)) {
      return [...outcomes, { kind: 'deferred', key, reason: 'an instance group or addon of its set did not arrive' }];
    }
    outcomes.push(await copyMember(context, key, round));
  }
  return outcomes;
}

/** Deletes, as far as that is allowed, what the destination has beside the set that was copied. */
async function deleteRest(
  context: ReplicationContext,
  { source, replica, admission }: Round,
  copied: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const gone = [...replica.keys()].filter((key) => !source.has(key) && isCarried(context, key));
  const isThere = haveArrived(copied);
  const admit: Admit = async (key, revision) =>
    (await admission?.admit(key, revision)) ?? (isThere || revision !== undefined ? undefined : deleteLater(key));
  const outcomes: Outcome[] = [];
  for (const key of gone) {
    outcomes.push(await convergeKey(context, key, { admit }));
  }
  return outcomes;
}

/** Whether all that was to be copied is there, or was kept back by the gate. */
export function haveArrived(copied: readonly Outcome[]): boolean {
  return !copied.some(({ kind }) => kind === 'failed' || kind === 'deferred');
}

/** A delete is the last change of a set: what the replica still has may name what is gone. */
export function deleteLater(key: string): Outcome {
  return { kind: 'deferred', key, reason: 'the rest of its set did not arrive' };
}

function isCarried(context: ReplicationContext, key: string): boolean {
  return whyNotCarried(context, key) === undefined;
}

async function copyMember(
  context: ReplicationContext,
  key: string,
  { source, replica, admission }: Round,
): Promise<Outcome> {
  const [entry, there] = [source.get(key), replica.get(key)];
  if (entry !== undefined && there !== undefined && compareEntries(entry, there).kind === 'same') {
    return { kind: 'in-sync', key, by: 'listing' };
  }
  const outcome = await convergeKey(context, key, {
    ...admittedBy(admission),
    ...(entry?.revision === undefined ? {} : { pin: entry.revision }),
    ...(there === undefined ? { replica: 'absent' as const } : {}),
  });
  const read = outcome.kind === 'deferred' ? admission?.admitted(key) : undefined;
  return read === undefined ? outcome : writeAsRead(context, read, there?.revision);
}

function admittedBy(admission: Admission | undefined): ConvergeOptions {
  return admission === undefined ? {} : { admit: admission.admit };
}

/** Says what a gate has against a configuration that it let pass, at the first of its keys that changed. */
function withObjection(outcomes: readonly Outcome[], objection: Objection | undefined): readonly Outcome[] {
  const first = outcomes.find(({ kind }) => kind === 'written' || kind === 'deleted');
  return objection === undefined
    ? outcomes
    : outcomes.map((outcome) => (outcome === first ? { ...outcome, objection } : outcome));
}

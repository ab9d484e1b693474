import { type GroupOf, inWriteOrder } from '../kops/groups.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectEntry } from '../vfs/types.ts';
import { whyNotCarried } from './carried.ts';
import { compareEntries } from './compare.ts';
import { convergeKey } from './converge-key.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';

type ConfigurationGroup = GroupOf<'configuration'>;
/** What one listing says of a configuration, by key. */
type ConfigurationSet = ReadonlyMap<string, ObjectEntry>;

export interface ConfigurationOptions {
  /** Whether what is gone at the source is deleted here; a caller may do that itself. @default 'follow' */
  readonly deletes?: 'follow' | 'leave';
}

const maxRounds = 5;

/**
 * Converges a cluster's configuration as one set: instance groups and cluster addons, then `config`, then deletes.
 *
 * The set is listed, copied pinned to what was listed, and listed again; when the two listings differ, kOps was in the middle of a command, and it starts over.
 */
export async function convergeConfiguration(
  context: ReplicationContext,
  group: ConfigurationGroup,
  { deletes = 'follow' }: ConfigurationOptions = {},
): Promise<readonly Outcome[]> {
  return context.hold(group, (held) => convergeSet(held, group, deletes));
}

async function convergeSet(
  context: ReplicationContext,
  group: ConfigurationGroup,
  deletes: 'follow' | 'leave',
): Promise<readonly Outcome[]> {
  for (let round = 1; round <= maxRounds; round += 1) {
    const source = await listConfiguration(context, context.source, group);
    const replica = await listConfiguration(context, context.destination, group);
    const copied = await copySet(context, group, source, replica);
    const outcomes = deletes === 'leave' ? copied : [...copied, ...(await deleteRest(context, source, replica))];
    const again = await listConfiguration(context, context.source, group);
    if (fingerprint(source) === fingerprint(again)) {
      return outcomes;
    }
  }
  const reason = `the configuration kept changing through ${maxRounds} rounds`;
  return [{ kind: 'failed', key: group.config, reason, retryable: true, code: 'Contended' }];
}

async function copySet(
  context: ReplicationContext,
  group: ConfigurationGroup,
  source: ConfigurationSet,
  replica: ConfigurationSet,
): Promise<readonly Outcome[]> {
  const carried = (key: string) => whyNotCarried(context, key) === undefined;
  const outcomes: Outcome[] = [];
  for (const key of inWriteOrder(group, [...source.keys()].filter(carried))) {
    if (key === group.config && outcomes.some((outcome) => outcome.kind === 'failed' || outcome.kind === 'deferred')) {
      return [...outcomes, { kind: 'deferred', key, reason: 'an instance group or addon of its set did not arrive' }];
    }
    outcomes.push(await copyMember(context, key, source.get(key), replica.get(key)));
  }
  return outcomes;
}

/** Deletes, as far as that is allowed, what the destination has beside the set. */
async function deleteRest(
  context: ReplicationContext,
  source: ConfigurationSet,
  replica: ConfigurationSet,
): Promise<readonly Outcome[]> {
  const gone = [...replica.keys()].filter((key) => !source.has(key) && whyNotCarried(context, key) === undefined);
  const outcomes: Outcome[] = [];
  for (const key of gone) {
    outcomes.push(await convergeKey(context, key));
  }
  return outcomes;
}

async function copyMember(
  context: ReplicationContext,
  key: string,
  source: ObjectEntry | undefined,
  replica: ObjectEntry | undefined,
): Promise<Outcome> {
  if (source !== undefined && replica !== undefined && compareEntries(source, replica).kind === 'same') {
    return { kind: 'in-sync', key, by: 'listing' };
  }
  const pin = source?.revision === undefined ? {} : { pin: source.revision };
  return convergeKey(context, key, { ...pin, ...(replica === undefined ? { replica: 'absent' as const } : {}) });
}

/** Lists a configuration with one request for each prefix and one for `config`, which shares its first letter with the addons. */
export async function listConfiguration(
  { signal }: ReplicationContext,
  store: Store,
  group: ConfigurationGroup,
): Promise<ConfigurationSet> {
  const set = new Map<string, ObjectEntry>();
  const belongs = (key: string) => key === group.config || group.prefixes.some((prefix) => key.startsWith(prefix));
  for (const prefix of [
    group.config.replace(/config$/, 'c'),
    ...group.prefixes.filter((text) => !text.endsWith('clusteraddons/')),
  ]) {
    for await (const entry of store.list(prefix, { signal })) {
      if (belongs(entry.key)) {
        set.set(entry.key, entry);
      }
    }
  }
  return set;
}

function fingerprint(set: ConfigurationSet): string {
  return JSON.stringify(
    [...set.values()].map(({ key, size, revision, modifiedAt }) => [key, size, revision ?? modifiedAt]),
  );
}

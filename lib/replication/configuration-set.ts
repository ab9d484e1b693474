import { mapConcurrently } from '../flow/concurrency.ts';
import type { GroupOf } from '../kops/groups.ts';
import { classify } from '../kops/layout.ts';
import { isVfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectEntry, ObjectStat } from '../vfs/types.ts';
import type { ConfigurationFile, ConfigurationTexts } from './gate.ts';
import { collectPinned, readPinned } from './read-pinned.ts';
import type { ReplicationContext } from './replication-context.ts';

export type ConfigurationGroup = GroupOf<'configuration'>;

/** What one listing says of a configuration, by key. */
export type ConfigurationSet = ReadonlyMap<string, ObjectEntry>;

/** A configuration that was read as a whole. */
export interface ReadConfiguration {
  /** Its members at the revisions that were listed. */
  readonly members: ReadonlyMap<string, ReadMember>;
  readonly texts: ConfigurationTexts;
}

export interface ReadMember {
  readonly stat: ObjectStat;
  /** Undefined where it is too large to be read for this. */
  readonly bytes: Uint8Array | undefined;
}

/** No manifest is larger, in bytes: those that kOps writes have some kilobytes. */
const maxBytes = 10 * 1024 ** 2;
/** Files read at a time. */
const concurrency = 8;

/** Lists a configuration with one request for each prefix and one for `config`, which shares its first letter with the addons. */
export async function listConfiguration(
  { signal }: ReplicationContext,
  store: Store,
  group: ConfigurationGroup,
): Promise<ConfigurationSet> {
  const set = new Map<string, ObjectEntry>();
  const belongs = (key: string) => key === group.config || group.prefixes.some((prefix) => key.startsWith(prefix));
  for (const prefix of [
    `${directoryOf(group)}c`,
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

/** Equal for two listings of a configuration that did not change in between. */
export function fingerprint(set: ConfigurationSet): string {
  return JSON.stringify(
    [...set.values()].map(({ key, size, revision, modifiedAt }) => [key, size, revision ?? modifiedAt]),
  );
}

/**
 * Reads a configuration that was listed, `config` among it, each member at the revision of the listing: then all of it stood at the source at one moment, when
 * the listing ended. Members that the route does not carry are read too, since the set is judged as a whole.
 *
 * Rejects with `PreconditionFailed` or `NotFound` when the source has moved on.
 */
export async function readConfiguration(
  context: ReplicationContext,
  group: ConfigurationGroup,
  listed: ConfigurationSet,
): Promise<ReadConfiguration> {
  const entries = [...listed.values()];
  const read = await mapConcurrently(entries, concurrency, (entry) => readMember(context, entry));
  const members = new Map(read.map((member) => [member.stat.key as string, member]));
  const file = (key: string): ConfigurationFile => ({ key, text: textOf(members.get(key)?.bytes) });
  const beside = (name: string) => readBeside(context, `${directoryOf(group)}${name}`);
  const [applied, kopsVersion] = await mapConcurrently(['cluster-completed.spec', 'kops-version.txt'], 2, beside);
  return {
    members,
    texts: {
      cluster: group.cluster ?? '',
      config: file(group.config),
      instanceGroups: [...members.keys()].filter((key) => classify(key).class === 'instance-group').map(file),
      applied,
      kopsVersion,
    },
  };
}

async function readMember(context: ReplicationContext, { key, revision }: ObjectEntry): Promise<ReadMember> {
  const { source, signal, memory } = context;
  const { stat, body } =
    revision === undefined ? await source.read(key, { signal }) : await readPinned(source, key, revision, { signal });
  if (stat.size > maxBytes) {
    await body.cancel();
    return { stat, bytes: undefined };
  }
  const opened = memory.hasRoom(stat.size) ? body : undefined;
  if (opened === undefined) {
    await body.cancel();
  }
  return { stat, bytes: await memory.run(stat.size, () => collectPinned(source, stat, { signal }, opened)) };
}

/** A file that is no part of the set; undefined where there is none. */
async function readBeside({ source, signal }: ReplicationContext, key: string): Promise<ConfigurationFile | undefined> {
  try {
    const { stat, body } = await source.read(key, { signal });
    if (stat.size > maxBytes) {
      await body.cancel();
      return undefined;
    }
    return { key, text: textOf(await collectPinned(source, stat, { signal }, body)) };
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      return undefined;
    }
    throw error;
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('utf8');
}

function directoryOf({ config }: ConfigurationGroup): string {
  return config.slice(0, -'config'.length);
}

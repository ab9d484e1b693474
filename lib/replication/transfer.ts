import { formatBytes, remarkOnBackup } from '../kops/backup-format.ts';
import { groupOf } from '../kops/groups.ts';
import { bytesSource, refuseOther, verifiedBody } from '../vfs/body.ts';
import { digestBytes } from '../vfs/checksums.ts';
import { isVfsError } from '../vfs/errors.ts';
import type {
  BodySource,
  ChecksumAlgorithm,
  ChecksumSet,
  ContentHeaders,
  Metadata,
  ObjectBody,
  ObjectStat,
  Precondition,
  Revision,
} from '../vfs/types.ts';
import { completeCondition, deleteCondition, writeCondition } from './condition.ts';
import { collectPinned, readPinned } from './read-pinned.ts';
import type { ReplicationContext } from './replication-context.ts';
import { stampOf, withoutStamp } from './stamp.ts';
import { type Sent, transferParts } from './transfer-parts.ts';

/** A source object as it was found; with its content when one request brought both. */
export interface SourceObject {
  readonly stat: ObjectStat;
  readonly body?: ObjectBody;
}

/**
 * Writes a source object to the destination: stamped, digested on the way, checked against the source's own digest and the store's answer.
 *
 * Resolves to a remark where the content is worth a look. `replace` is the revision that the replica has now, undefined where there is none. Rejects with a refused condition when that no longer holds,
 * or when the source no longer has the revision that was found.
 */
export async function transfer(
  context: ReplicationContext,
  found: SourceObject,
  replace: Revision | undefined,
): Promise<string | undefined> {
  const precondition = writeCondition(context, replace);
  if (found.stat.size <= context.partSize) {
    return transferWhole(context, found, precondition);
  }
  await found.body?.cancel();
  await transferLarge(context, found.stat, precondition);
  return remarkOnLarge(context, found.stat);
}

/** Looks at the first bytes of a large backup: with a request of its own, since the store may have copied it itself. */
async function remarkOnLarge({ source, signal }: ReplicationContext, stat: ObjectStat): Promise<string | undefined> {
  if (!isBackupData(stat.key)) {
    return undefined;
  }
  const range = { offset: 0, length: Math.min(formatBytes, stat.size) };
  return remarkOnBackup(await collectPinned(source, stat, { signal, range }));
}

function isBackupData(key: string): boolean {
  const group = groupOf(key);
  return group.kind === 'etcd-backup' && group.data === key;
}

async function transferWhole(
  context: ReplicationContext,
  { stat, body }: SourceObject,
  precondition: Precondition,
): Promise<string | undefined> {
  const { source, destination, signal, memory } = context;
  const opened = memory.hasRoom(stat.size) ? body : undefined;
  if (opened === undefined) {
    await body?.cancel(); // Whoever waits for room holds no connection: those that have room need them.
  }
  return memory.run(stat.size, async () => {
    const bytes = await collectPinned(source, stat, { signal }, opened);
    const digests = await digestBytes(bytes, algorithmsFor(context, stat));
    refuseOther({ ...sourceOf(context, stat), checksums: stat.checksums }, bytes.byteLength, digests);
    const write = (attributes: Attributes) =>
      destination.write(stat.key, bytesSource(bytes, digests), { signal, precondition, ...attributes });
    const written = await stamped(context, stat, digests, write);
    refuseOther({ ...replicaOf(context, stat), checksums: digests }, stat.size, written.checksums);
    return isBackupData(stat.key) ? remarkOnBackup(bytes) : undefined;
  });
}

async function transferLarge(context: ReplicationContext, stat: ObjectStat, precondition: Precondition): Promise<void> {
  const inParts = completeCondition(context, precondition);
  const { written, digests } = await stamped(context, stat, stat.checksums, (attributes) =>
    inParts === undefined
      ? transferStream(context, stat, { precondition, ...attributes })
      : transferParts(context, stat, { precondition: inParts, ...attributes }),
  );
  try {
    refuseOther(
      { ...replicaOf(context, stat), checksums: { ...stat.checksums, ...digests } },
      stat.size,
      written.checksums,
    );
  } catch (error) {
    const { destination, signal } = context;
    const wrong = { signal, precondition: deleteCondition(context, written.revision) };
    await destination.delete(stat.key, wrong).catch(() => {}); // Its stamp says that it is the source's content. Whoever wrote over it since has mended it.
    throw error;
  }
}

/** Writes a large object in one stream, for stores that take no parts. */
async function transferStream(
  context: ReplicationContext,
  stat: ObjectStat,
  options: Attributes & { readonly precondition: Precondition },
): Promise<Sent> {
  const { source, destination, signal } = context;
  let digests = (): ChecksumSet => ({});
  const open = async (abort: AbortSignal) => {
    const { body } = await readPinned(source, stat.key, stat.revision, { signal: abort });
    const verified = await verifiedBody(
      body,
      { ...sourceOf(context, stat), checksums: stat.checksums },
      algorithmsFor(context, stat),
    );
    digests = verified.digests;
    return verified.body;
  };
  const body: BodySource = { size: stat.size, checksums: stat.checksums, open };
  const written = await destination.write(stat.key, body, { signal, ...options });
  return { written, digests: digests() };
}

/** What is digested on the way: what either end holds, so that both are compared, and SHA-256 for the stamp. */
function algorithmsFor({ destination }: ReplicationContext, { checksums }: ObjectStat): readonly ChecksumAlgorithm[] {
  const own = Object.keys(checksums) as ChecksumAlgorithm[];
  return [...new Set([...own, ...destination.capabilities.statChecksums, 'sha256' as const])];
}

/** Content headers and user metadata of a replica. */
interface Attributes {
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/**
 * Writes with the source's headers and metadata, and the stamp; without the stamp where the store takes no more metadata: nothing but speed depends
 * on it.
 */
async function stamped<T>(
  { source, destination }: ReplicationContext,
  stat: ObjectStat,
  checksums: ChecksumSet,
  write: (attributes: Attributes) => Promise<T>,
): Promise<T> {
  const { metadata: keepsMetadata, contentHeaders } = destination.capabilities;
  const headers = contentHeaders ? stat.headers : {};
  const own = keepsMetadata ? withoutStamp(stat.metadata) : {};
  const stamp = keepsMetadata ? stampOf(source.url, stat, checksums) : {};
  try {
    return await write({ headers, metadata: { ...own, ...stamp } });
  } catch (error) {
    if (isVfsError(error, 'TooLarge') && Object.keys(stamp).length > 0) {
      return write({ headers, metadata: own });
    }
    throw error;
  }
}

function sourceOf({ source }: ReplicationContext, { key, size }: ObjectStat) {
  return { operation: 'read', target: `${source.url}/${key}`, size };
}

function replicaOf({ destination }: ReplicationContext, { key, size }: ObjectStat) {
  return { operation: 'write', target: `${destination.url}/${key}`, size };
}

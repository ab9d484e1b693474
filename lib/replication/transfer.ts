import { bytesSource, collect, refuseOther, verifiedBody } from '../vfs/body.ts';
import { digestBytes } from '../vfs/checksums.ts';
import { isVfsError } from '../vfs/errors.ts';
import type { Store } from '../vfs/store.ts';
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
  Written,
} from '../vfs/types.ts';
import { readPinned } from './read-pinned.ts';
import type { ReplicationContext } from './replication-context.ts';
import { encodeStamp, withoutStamp } from './stamp.ts';
import { transferParts } from './transfer-parts.ts';

/** A source object as it was found; with its content when one request brought both. */
export interface SourceObject {
  readonly stat: ObjectStat;
  readonly body?: ObjectBody;
}

const reopenings = 2;

/**
 * Writes a source object to the destination: stamped, digested on the way, checked against the source's own digest and the store's answer.
 *
 * `replace` is the revision that the replica has now, undefined where there is none. Rejects with a refused condition when that no longer holds, or when the source no
 * longer has the revision that was found.
 */
export async function transfer(
  context: ReplicationContext,
  found: SourceObject,
  replace: Revision | undefined,
): Promise<void> {
  const precondition = preconditionFor(context, replace);
  if (found.stat.size <= context.partSize) {
    await transferWhole(context, found, precondition);
  } else {
    await found.body?.cancel();
    await transferLarge(context, found.stat, precondition);
  }
}

function preconditionFor({ destination, unguarded }: ReplicationContext, replace: Revision | undefined): Precondition {
  const { writeIfAbsent, writeIfMatch } = destination.capabilities;
  const precondition: Precondition =
    replace === undefined ? { kind: 'if-absent' } : { kind: 'if-match', revision: replace };
  const able = precondition.kind === 'if-absent' ? writeIfAbsent : writeIfMatch;
  return able || !unguarded ? precondition : { kind: 'none' };
}

async function transferWhole(
  context: ReplicationContext,
  found: SourceObject,
  precondition: Precondition,
): Promise<void> {
  const { source, destination, signal } = context;
  const { stat } = found;
  const bytes = await collectAgain(context, found);
  const own = Object.keys(stat.checksums) as ChecksumAlgorithm[];
  const digests = await digestBytes(bytes, [
    ...new Set([...own, ...destination.capabilities.writeVerifies, 'sha256' as const]),
  ]);
  refuseOther(
    { operation: 'read', target: `${source.url}/${stat.key}`, size: stat.size, checksums: stat.checksums },
    bytes.byteLength,
    digests,
  );
  const { headers, metadata } = attributes(context, stat, digests.sha256);
  const written = await destination.write(stat.key, bytesSource(bytes, digests), {
    signal,
    precondition,
    headers,
    metadata,
  });
  refuseAnswer(destination, stat, written, digests);
}

/** Reads a small object into memory. A body that breaks off is opened again: no layer below can, once it handed the body over. */
async function collectAgain({ source, signal }: ReplicationContext, { stat, body }: SourceObject): Promise<Uint8Array> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const fresh = attempt === 0 ? body : undefined;
      return await collect(fresh ?? (await readPinned(source, stat.key, stat.revision, { signal })).body, stat.size);
    } catch (error) {
      if (!isVfsError(error) || !error.retryable || attempt >= reopenings) {
        throw error;
      }
    }
  }
}

async function transferLarge(context: ReplicationContext, stat: ObjectStat, precondition: Precondition): Promise<void> {
  const { destination, signal } = context;
  const { multipart, multipartConditional } = destination.capabilities;
  const { headers, metadata } = attributes(context, stat, stat.checksums.sha256);
  if (multipart && (multipartConditional || precondition.kind === 'none')) {
    const { written, digests } = await transferParts(context, stat, { precondition, headers, metadata });
    refuseAnswer(destination, stat, written, { ...stat.checksums, ...digests });
    return;
  }
  const body = streamedSource(context, stat);
  const written = await destination.write(stat.key, body, { signal, precondition, headers, metadata });
  refuseAnswer(destination, stat, written, stat.checksums);
}

/** The source object as a stream that can be opened again, pinned and verified each time. */
function streamedSource({ source }: ReplicationContext, stat: ObjectStat): BodySource {
  const expected = {
    operation: 'read',
    target: `${source.url}/${stat.key}`,
    size: stat.size,
    checksums: stat.checksums,
  };
  const open = async (signal: AbortSignal) => {
    const { body } = await readPinned(source, stat.key, stat.revision, { signal });
    return (await verifiedBody(body, expected)).body;
  };
  return { size: stat.size, checksums: stat.checksums, open };
}

/** Content headers and user metadata of the replica: the source's, and the stamp. */
function attributes(
  { source, destination }: ReplicationContext,
  stat: ObjectStat,
  sha256: string | undefined,
): { readonly headers: ContentHeaders; readonly metadata: Metadata } {
  const { metadata, contentHeaders } = destination.capabilities;
  const { key, revision, size } = stat;
  const stamp = encodeStamp({ store: source.url, key, revision, size, ...(sha256 === undefined ? {} : { sha256 }) });
  return {
    headers: contentHeaders ? stat.headers : {},
    metadata: metadata ? { ...withoutStamp(stat.metadata), ...stamp } : {},
  };
}

function refuseAnswer(destination: Store, stat: ObjectStat, written: Written, digests: ChecksumSet): void {
  const expected = {
    operation: 'write',
    target: `${destination.url}/${stat.key}`,
    size: stat.size,
    checksums: digests,
  };
  refuseOther(expected, stat.size, written.checksums);
}

import { answerBody } from '../answer-body.ts';
import { verifiedBody } from '../body.ts';
import { rangeHeader, requireInside } from '../byte-range.ts';
import { VfsError } from '../errors.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type {
  ByteRange,
  ObjectBody,
  ObjectKey,
  ObjectStat,
  ReadOptions,
  ReadResult,
  Revision,
  VersionId,
} from '../types.ts';
import type { GcsAnswer, GcsConnection } from './connection.ts';
import { type Attempt, toVfsError } from './errors.ts';
import { type ObjectResource, objectFields, objectStat } from './object-resource.ts';

/** How often a read looks again because the object was replaced between its two requests; the store replaces one once a second. */
const rounds = 8;

/** Describes an object, or one generation of it. */
export async function statObject(
  connection: GcsConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
  version?: VersionId,
): Promise<ObjectStat> {
  const query = { fields: objectFields, ...(version && { generation: version }) };
  const path = connection.pathOf(key, attempt);
  const resource = await connection.ask<ObjectResource>({ method: 'GET', path, query }, attempt, signal);
  return objectStat(key, resource, attempt, connection.settings.capabilities.versions);
}

/**
 * Opens an object, a range of it, or one of its generations; undefined when it still has the revision `unless`.
 *
 * Two requests: the description, because content comes without user metadata, and then the content of that very generation.
 */
export async function readObject(
  connection: GcsConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  attempt: Attempt,
  version?: VersionId,
): Promise<ReadResult | undefined> {
  for (let round = 0; round < rounds; round += 1) {
    const stat = await statObject(connection, key, attempt, signal, version);
    requireRevision(stat, ifMatch, attempt);
    if (stat.revision === unless) {
      return undefined;
    }
    if (range !== undefined) {
      requireInside(range, stat.size, attempt.target);
    }
    const body = await undefinedWhenAbsent(content(connection, stat, range, attempt, signal));
    if (body !== undefined) {
      return { stat, body };
    }
    // In a bucket that keeps no versions the generation is gone: the next round sees by what it was replaced, or that nothing is there.
  }
  const { operation, target } = attempt;
  throw new VfsError({ code: 'Unavailable', operation, target, reason: `replaced ${rounds} times while it was read` });
}

function requireRevision({ revision }: ObjectStat, wanted: Revision | undefined, { operation, target }: Attempt): void {
  if (wanted !== undefined && revision !== wanted) {
    const reason = `its generation is ${revision}, and ${wanted} was wanted`;
    throw new VfsError({ code: 'PreconditionFailed', operation, target, reason });
  }
}

/** The bytes as they are stored: whoever does not accept gzip gets what was gzipped decompressed ("Transcoding of gzip-compressed files"). */
async function content(
  connection: GcsConnection,
  { key, revision, size, checksums }: ObjectStat,
  range: ByteRange | undefined,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectBody> {
  const answer = await connection.send(
    {
      method: 'GET',
      path: connection.pathOf(key, attempt),
      query: { alt: 'media', generation: revision },
      headers: {
        'accept-encoding': 'gzip',
        ...(range && { range: rangeHeader(range) }),
      },
    },
    attempt,
    signal,
  );
  const raw = answerBody(answer.body, (error) => toVfsError(error, attempt, signal));
  try {
    requireRange(answer, range, attempt);
    const { operation, target } = attempt;
    const expected = { operation, target, size: range?.length ?? size, checksums: range ? {} : checksums };
    return (await verifiedBody(raw, expected)).body;
  } catch (error) {
    await raw.cancel();
    throw error;
  }
}

/** A server that does not know ranges answers with everything. */
function requireRange({ status, headers }: GcsAnswer, range: ByteRange | undefined, attempt: Attempt): void {
  const given = headers['content-range'] ?? 'the whole';
  if (range !== undefined && (status !== 206 || !given.startsWith(`bytes ${range.offset}-`))) {
    const { operation, target } = attempt;
    const reason = `bytes from ${range.offset} on were asked for, and the store answered with ${given}`;
    throw new VfsError({ code: 'Unknown', operation, target, reason });
  }
}

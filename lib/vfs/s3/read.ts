import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from '@aws-sdk/client-s3';
import { verifiedBody } from '../body.ts';
import { requireInside } from '../byte-range.ts';
import { VfsError } from '../errors.ts';
import type { ByteRange, ObjectKey, ObjectStat, ReadOptions, ReadResult, Revision, VersionId } from '../types.ts';
import { entityTag } from './conditions.ts';
import type { S3Connection } from './connection.ts';
import { type Attempt, Unchanged } from './errors.ts';
import { withHeader } from './middleware.ts';
import { objectStat } from './object-fields.ts';
import { responseBody } from './response-body.ts';

interface Which {
  readonly version?: VersionId;
  readonly ifMatch?: Revision;
}

/** HEAD of an object. Asking for checksums needs `kms:Decrypt` where the object lies under a KMS key, as reading it does. */
export async function statObject(
  connection: S3Connection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
  which: Which = {},
): Promise<ObjectStat> {
  const { statChecksums } = connection.settings.capabilities;
  const mode = checksumMode(connection);
  const command = new HeadObjectCommand({
    ...whichObject(connection, key, which),
    ...(mode && { ChecksumMode: mode }),
  });
  const answer = await connection.send(command, attempt, signal);
  return objectStat(key, answer.ContentLength ?? 0, answer, statChecksums, attempt);
}

/** GET of an object, a range of it, or one of its versions; undefined when it still has the revision `unless`. */
export async function readObject(
  connection: S3Connection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  attempt: Attempt,
  version?: VersionId,
): Promise<ReadResult | undefined> {
  const which: Which = { ...(version && { version }), ...(ifMatch && { ifMatch }) };
  const command = new GetObjectCommand({
    ...whichObject(connection, key, which),
    ...(unless && { IfNoneMatch: entityTag(unless) }),
    ...(range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
  });
  const mode = range === undefined ? checksumMode(connection) : undefined;
  try {
    const answer = await connection.send(withHeader(command, 'x-amz-checksum-mode', mode), attempt, signal);
    return await opened(connection, key, range, answer, attempt, signal);
  } catch (error) {
    if (error instanceof Unchanged) {
      return undefined;
    }
    throw error;
  }
}

async function opened(
  connection: S3Connection,
  key: ObjectKey,
  range: ByteRange | undefined,
  answer: GetObjectCommandOutput,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ReadResult> {
  const raw = responseBody(answer.Body, attempt, signal);
  try {
    const size = range === undefined ? (answer.ContentLength ?? 0) : totalOf(range, answer, attempt);
    const stat = objectStat(key, size, answer, connection.settings.capabilities.statChecksums, attempt);
    const { operation, target } = attempt;
    const expected = { operation, target, size: range?.length ?? size, checksums: range ? {} : stat.checksums };
    return { stat, body: (await verifiedBody(raw, expected)).body };
  } catch (error) {
    await raw.cancel();
    throw error;
  }
}

/** Size of the whole object, from the answer to a range. Throws unless the range came whole: S3 cuts one that reaches beyond the end. */
function totalOf(range: ByteRange, { ContentRange = '' }: GetObjectCommandOutput, attempt: Attempt): number {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(ContentRange) ?? [];
  if (Number(first) !== range.offset) {
    const { operation, target } = attempt;
    const reason = `bytes from ${range.offset} on were asked for, and the store answered with ${ContentRange || 'the whole'}`;
    throw new VfsError({ code: 'Unknown', operation, target, reason });
  }
  requireInside(range, Number(total), attempt.target);
  return Number(total);
}

function whichObject(connection: S3Connection, key: ObjectKey, { version, ifMatch }: Which) {
  return {
    ...connection.bucket,
    Key: key,
    ...(version && { VersionId: version }),
    ...(ifMatch && { IfMatch: entityTag(ifMatch) }),
  };
}

/** Compatible stores are not asked: they know MD5 at best. */
function checksumMode(connection: S3Connection): 'ENABLED' | undefined {
  return connection.settings.capabilities.statChecksums.some((name) => name !== 'md5') ? 'ENABLED' : undefined;
}

import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from '@aws-sdk/client-s3';
import { verifiedBody } from '../body.ts';
import { rangeHeader, wholeSize } from '../byte-range.ts';
import { entityTag } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import type { ByteRange, ObjectKey, ObjectStat, ReadOptions, ReadResult, VersionId } from '../types.ts';
import type { S3Connection } from './connection.ts';
import { type Attempt, Unchanged } from './errors.ts';
import { withHeader } from './middleware.ts';
import { objectStat } from './object-fields.ts';
import { responseBody } from './response-body.ts';

/** HEAD of an object. Asking for checksums needs `kms:Decrypt` where the object lies under a KMS key, as reading it does. */
export async function statObject(
  connection: S3Connection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectStat> {
  const mode = checksumMode(connection);
  const command = new HeadObjectCommand({ ...connection.bucket, Key: key, ...(mode && { ChecksumMode: mode }) });
  const answer = await connection.send(command, attempt, signal);
  const { statChecksums } = connection.settings.capabilities;
  return objectStat(key, lengthOf(answer, attempt), answer, statChecksums, attempt);
}

/** GET of an object, a range of it, or one of its versions; undefined when it still has the revision `unless`. */
export async function readObject(
  connection: S3Connection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  attempt: Attempt,
  version?: VersionId,
): Promise<ReadResult | undefined> {
  const command = new GetObjectCommand({
    ...connection.bucket,
    Key: key,
    ...(version && { VersionId: version }),
    ...(ifMatch && { IfMatch: entityTag(ifMatch) }),
    ...(unless && { IfNoneMatch: entityTag(unless) }),
    ...(range && { Range: rangeHeader(range) }),
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
    const size = range === undefined ? lengthOf(answer, attempt) : wholeSize(range, answer.ContentRange, attempt);
    const stat = objectStat(key, size, answer, connection.settings.capabilities.statChecksums, attempt);
    const { operation, target } = attempt;
    const expected = { operation, target, size: range?.length ?? size, checksums: range ? {} : stat.checksums };
    return { stat, body: (await verifiedBody(raw, expected)).body };
  } catch (error) {
    await raw.cancel();
    throw error;
  }
}

function lengthOf({ ContentLength }: { readonly ContentLength?: number | undefined }, attempt: Attempt): number {
  if (ContentLength === undefined) {
    const { operation, target } = attempt;
    throw new VfsError({
      code: 'Unknown',
      operation,
      target,
      reason: 'the store answered without the length of the content',
    });
  }
  return ContentLength;
}

/** Compatible stores are not asked: they know MD5 at best. */
function checksumMode(connection: S3Connection): 'ENABLED' | undefined {
  return connection.settings.capabilities.statChecksums.some((name) => name !== 'md5') ? 'ENABLED' : undefined;
}

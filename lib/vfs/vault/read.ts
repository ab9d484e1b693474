import { bytesBody } from '../body.ts';
import { requireInside } from '../byte-range.ts';
import { VfsError } from '../errors.ts';
import { requirePrecondition } from '../precondition.ts';
import type { CallOptions, ObjectKey, ObjectStat, ReadOptions, ReadResult } from '../types.ts';
import type { VaultConnection } from './connection.ts';
import { lookForObject, statOf, type VersionName } from './held.ts';

/** Describes an object. The whole secret comes along: what Vault tells without it has no size. */
export async function statObject(
  connection: VaultConnection,
  key: ObjectKey,
  options: CallOptions,
): Promise<ObjectStat> {
  return statOf(key, await lookForObject(connection, key, connection.attempt('stat', key), options));
}

/**
 * Reads an object, a range of it, or one of its versions; undefined when it still has the revision `unless`.
 *
 * Content that does not have the digest with which it was written is refused: somebody changed the field `file` and left those beside it.
 */
export async function readObject(
  connection: VaultConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  operation = 'read',
  version?: VersionName,
): Promise<ReadResult | undefined> {
  const attempt = connection.attempt(operation, key);
  const held = await lookForObject(connection, key, attempt, { signal }, version);
  const stat = await statOf(key, held);
  if (ifMatch !== undefined) {
    requirePrecondition({ kind: 'if-match', revision: ifMatch }, stat.revision, attempt);
  }
  if (stat.revision === unless) {
    return undefined;
  }
  if (held.sha256 !== undefined && held.sha256 !== stat.checksums.sha256) {
    const reason = `the sha256 of the content is ${stat.checksums.sha256}, and ${held.sha256} was written beside it; write the object anew`;
    throw new VfsError({ code: 'ChecksumMismatch', ...attempt, reason });
  }
  if (range === undefined) {
    return { stat, body: bytesBody(held.bytes) };
  }
  requireInside(range, stat.size, attempt.target);
  return { stat, body: bytesBody(held.bytes.subarray(range.offset, range.offset + range.length)) };
}

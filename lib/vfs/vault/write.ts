import { VfsError } from '../errors.ts';
import type { BodySource, DeleteOptions, ObjectKey, VersionId, WriteOptions, Written } from '../types.ts';
import { secretLimit } from './capabilities.ts';
import { casOf, latestNumber, type Place, putAfter, putOver } from './check-and-set.ts';
import type { VaultConnection } from './connection.ts';
import { contentOf } from './content.ts';
import { toVfsError } from './errors.ts';
import { type Held, revisionOf, type VersionName } from './held.ts';
import { deletionFields, objectFields, requireFits, type SecretFields } from './secret.ts';
import { secretPath } from './secret-path.ts';

/**
 * Stores an object as a new version of its secret, always by check-and-set.
 *
 * What Vault's own delete (of an operator, of kOps) does to the latest version leaves its number as it is, so that a write with its revision does not notice
 * it, and brings the object back. Deletes of this driver are noticed.
 */
export async function writeObject(
  connection: VaultConnection,
  key: ObjectKey,
  source: BodySource,
  { precondition, headers, metadata, signal }: WriteOptions,
): Promise<Written> {
  const place = placeOf(connection, 'write', key, signal);
  const { attempt } = place;
  connection.requireHoldable(key, attempt);
  const { bytes, sha256 } = await contentOf(source, attempt, signal);
  const fields = objectFields(bytes, headers, metadata, sha256);
  requireFits(fields, secretLimit(connection.settings.capabilities), attempt);
  await connection.requireKv2(attempt, signal);
  const version =
    precondition.kind === 'if-match'
      ? await putAfter(place, fields, casOf(precondition, attempt))
      : await putWithout(place, fields, precondition.kind);
  return { revision: revisionOf(version), checksums: {}, versionId: revisionOf(version) as string as VersionId };
}

/**
 * Removes an object: the latest version becomes one that says so, by check-and-set, and that version is then deleted as Vault knows it.
 *
 * Vault's own delete takes no condition and changes no version number, so that nobody who checks and sets would notice it. With the first step
 * the object is gone for everybody who uses this driver; the second makes it absent for kOps and for Vault's commands. The content stays in the history.
 */
export async function deleteObject(
  connection: VaultConnection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const place = placeOf(connection, 'delete', key, signal);
  connection.requireHoldable(key, place.attempt);
  if (precondition.kind === 'if-match') {
    const marker = await putAfter(place, deletionFields, casOf(precondition, place.attempt));
    await deleteMarker(place, marker);
    return;
  }
  let left: VersionName | undefined;
  const marker = await putOver(place, deletionFields, (held) => {
    left = held.kind === 'deletion' ? held.version : undefined; // Of a delete that did not come to its end.
    return held.kind === 'nothing' || held.kind === 'gone' || left ? undefined : latestNumber(held, place.attempt);
  });
  const last = marker ?? left;
  if (last !== undefined) {
    await deleteMarker(place, last);
  }
}

/** A write that names no version: one that creates tries that first, and looks only when it is refused. */
async function putWithout(place: Place, fields: SecretFields, kind: 'none' | 'if-absent'): Promise<VersionName> {
  const decide = (held: Held) => {
    if (kind === 'if-absent' && (held.kind === 'object' || held.kind === 'foreign')) {
      throw new VfsError({ code: 'AlreadyExists', ...place.attempt, reason: 'the key is taken, and was to be absent' });
    }
    return latestNumber(held, place.attempt);
  };
  const version = await putOver(place, fields, decide, kind === 'if-absent' ? 0 : undefined);
  return version as VersionName; // Undefined only where `decide` is, which this one never is.
}

/** Deletes, as Vault knows it, the version that marks a deletion: by its number, so that nothing that came later is touched. */
async function deleteMarker({ connection, key, attempt, signal }: Place, { number }: VersionName): Promise<void> {
  const path = secretPath(connection.settings.mount, 'delete', key);
  try {
    await connection.send(attempt, signal, (client, options) => client.write(path, { versions: [number] }, options));
  } catch (error) {
    const { code, reason, retryAfterMs } = toVfsError(error, attempt);
    throw new VfsError({
      code,
      ...attempt,
      reason: `the object is removed, and its last version could not be marked as deleted for others: ${reason}`,
      maybeApplied: true,
      retryAfterMs,
    });
  }
}

function placeOf(connection: VaultConnection, operation: string, key: ObjectKey, signal: AbortSignal): Place {
  return { connection, key, attempt: connection.attempt(operation, key), signal };
}

import { isVfsError, VfsError } from '../errors.ts';
import type { BodySource, DeleteOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import { conditionQuery } from './conditions.ts';
import type { GcsConnection } from './connection.ts';
import { textOf } from './connections.ts';
import type { Attempt } from './errors.ts';
import { resourceOf, writtenOf } from './object-resource.ts';
import { upload } from './upload.ts';

/** Stores a source under a key. */
export async function writeObject(
  connection: GcsConnection,
  key: ObjectKey,
  source: BodySource,
  { headers, metadata, precondition, signal }: WriteOptions,
): Promise<Written> {
  const attempt = connection.attempt('write', key, precondition);
  const resource = { name: key, ...resourceOf(headers, metadata, attempt) };
  const made = await upload(
    connection,
    { resource, query: conditionQuery(precondition, attempt) },
    source,
    attempt,
    signal,
  );
  return writtenOf(made, attempt, connection.settings.capabilities.versions);
}

/** Removes the live generation, which stays in the history of a bucket with versions. */
export async function deleteObject(
  connection: GcsConnection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key, precondition);
  const wasThere = await remove(connection, key, conditionQuery(precondition, attempt), attempt, signal);
  if (!wasThere && precondition.kind === 'if-match') {
    const { operation, target } = attempt;
    const reason = `the key is absent, and ${precondition.revision} was wanted`;
    throw new VfsError({ code: 'PreconditionFailed', operation, target, reason });
  }
}

/** Sends a delete; false where there was nothing to remove. With a generation in the query it is removed for good. */
export async function remove(
  connection: GcsConnection,
  name: string,
  query: Readonly<Record<string, string>>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const path = connection.pathOf(name, attempt);
    const { body } = await connection.send({ method: 'DELETE', path, query }, attempt, signal);
    await textOf(body);
    return true;
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      return false;
    }
    throw error;
  }
}

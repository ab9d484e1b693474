import { revisionOf } from '../entity-tag.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, DeleteOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import type { OssConnection } from './connection.ts';
import { newObjectHeaders, versionField } from './object-fields.ts';
import { sendBody } from './send-body.ts';

/** PutObject. */
export async function writeObject(
  connection: OssConnection,
  key: ObjectKey,
  source: BodySource,
  { precondition, signal, ...fields }: WriteOptions,
): Promise<Written> {
  const attempt = connection.attempt('write', key, precondition);
  const headers = {
    ...newObjectHeaders(fields, attempt),
    ...(await connection.conditionHeaders(attempt, signal)),
  };
  const { answer, checksums } = await sendBody(connection, source, { method: 'PUT', key, headers }, attempt, signal);
  connection.refuseIgnoredCondition(attempt, answer);
  const revision = revisionOf(answer.header('etag'), attempt);
  return { revision, checksums, ...versionField(answer.header('x-oss-version-id')) };
}

/** DeleteObject, which succeeds whether there is an object or not. OSS has no condition for it. */
export async function deleteObject(
  connection: OssConnection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key, precondition);
  await connection.conditionHeaders(attempt, signal);
  await undefinedWhenAbsent(connection.ask({ method: 'DELETE', key }, attempt, signal));
}

import { revisionOf } from '../entity-tag.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, DeleteOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import { conditionsOf } from './conditions.ts';
import type { AzureConnection } from './connection.ts';
import { newBlobFields, versionField } from './object-fields.ts';
import { sendBody } from './send-body.ts';

/** Put Blob. It also throws away the parts of unfinished uploads of the key. */
export async function writeObject(
  connection: AzureConnection,
  key: ObjectKey,
  source: BodySource,
  options: WriteOptions,
): Promise<Written> {
  const { precondition, signal } = options;
  const attempt = connection.attempt('write', key, precondition);
  const fields = { ...newBlobFields(options, attempt), conditions: conditionsOf(precondition) };
  const { answer, checksums } = await sendBody(
    source,
    attempt,
    signal,
    ({ content, length, md5, signal: abortSignal }) =>
      connection.ask(key, attempt, signal, (blob) => blob.upload(content, length, { ...fields, ...md5, abortSignal })),
  );
  return { revision: revisionOf(answer.etag, attempt), checksums, ...versionField(answer.versionId) };
}

/** Delete Blob. Without a condition an absent blob is no failure. */
export async function deleteObject(
  connection: AzureConnection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key, precondition);
  const options = { conditions: conditionsOf(precondition), abortSignal: signal };
  await undefinedWhenAbsent(connection.ask(key, attempt, signal, (blob) => blob.delete(options)));
}

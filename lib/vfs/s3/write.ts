import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { revisionOf } from '../entity-tag.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, DeleteOptions, ObjectKey, WriteOptions, Written } from '../types.ts';
import { conditionFields } from './conditions.ts';
import type { S3Connection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { objectFields, versionField } from './object-fields.ts';
import { sendBody } from './send-body.ts';

/** What a new object is given, whichever way it is written: headers, metadata, ACL and encryption. */
export async function newObjectFields(
  connection: S3Connection,
  { headers, metadata, signal }: Omit<WriteOptions, 'precondition'>,
  attempt: Attempt,
) {
  const { acl } = connection.settings;
  return {
    ...objectFields(headers, metadata, attempt),
    ...(acl === undefined ? {} : { ACL: acl as 'private' }),
    ...(await connection.encryption(attempt, signal)),
  };
}

/** PUT of an object. */
export async function writeObject(
  connection: S3Connection,
  key: ObjectKey,
  source: BodySource,
  options: WriteOptions,
): Promise<Written> {
  const attempt = connection.attempt('write', key, options.precondition);
  const fields = {
    ...connection.bucket,
    Key: key,
    ...(await newObjectFields(connection, options, attempt)),
    ...conditionFields(options.precondition),
  };
  const commandOf = (body: object) => new PutObjectCommand({ ...fields, ...body });
  const { answer, checksums } = await sendBody(connection, source, commandOf, attempt, options.signal);
  return { revision: revisionOf(answer.ETag, attempt), checksums, ...versionField(answer.VersionId) };
}

/** DELETE of an object. S3 answers 404 to a condition on an absent key; without one, some compatible stores do so too, and it is no failure. */
export async function deleteObject(
  connection: S3Connection,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key, precondition);
  const command = new DeleteObjectCommand({ ...connection.bucket, Key: key, ...conditionFields(precondition) });
  await undefinedWhenAbsent(connection.send(command, attempt, signal));
}

import { CopyObjectCommand } from '@aws-sdk/client-s3';
import type { Driver } from '../driver.ts';
import { entityTag, revisionOf } from '../entity-tag.ts';
import type { CopyOptions, ObjectKey, Written } from '../types.ts';
import { answeredChecksums } from './answered-checksums.ts';
import { conditionFields } from './conditions.ts';
import type { S3Connection } from './connection.ts';
import { copySource, undefinedWhenRefused } from './copy-source.ts';
import { versionField } from './object-fields.ts';
import { newObjectFields } from './write.ts';

/** Copies an object of up to 5 GiB inside S3; undefined where that cannot be done and the bytes must be sent. */
export async function copyObject(
  connection: S3Connection,
  source: Driver,
  from: ObjectKey,
  to: ObjectKey,
  options: CopyOptions,
): Promise<Written | undefined> {
  const named = copySource(connection, source, from);
  const { settings } = connection;
  if (named === undefined || (options.precondition.kind !== 'none' && !settings.capabilities.copyConditional)) {
    return undefined;
  }
  const attempt = connection.attempt('copy', to, options.precondition);
  const command = new CopyObjectCommand({
    ...connection.bucket,
    Key: to,
    ...named,
    CopySourceIfMatch: entityTag(options.sourceIfMatch),
    MetadataDirective: 'REPLACE',
    ...(await newObjectFields(connection, options, attempt)),
    ...conditionFields(options.precondition),
  });
  const answer = await undefinedWhenRefused(connection.send(command, attempt, options.signal));
  if (answer === undefined) {
    return undefined;
  }
  const { ServerSideEncryption, CopyObjectResult } = answer;
  return {
    revision: revisionOf(CopyObjectResult?.ETag, attempt),
    checksums: answeredChecksums({ ServerSideEncryption, ...CopyObjectResult }, settings.capabilities.statChecksums),
    ...versionField(answer.VersionId),
  };
}

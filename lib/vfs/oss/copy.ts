import type { Driver } from '../driver.ts';
import { revisionOf } from '../entity-tag.ts';
import type { CopyOptions, ObjectKey, Written } from '../types.ts';
import type { OssConnection } from './connection.ts';
import { copySourceHeaders, undefinedWhenRefused } from './copy-source.ts';
import { crcOf } from './digests.ts';
import { newObjectHeaders, versionField } from './object-fields.ts';
import { textOf } from './xml.ts';

/** CopyObject inside one region; undefined where that cannot be done, or not under this condition, and the bytes must be sent. */
export async function copyObject(
  connection: OssConnection,
  source: Driver,
  from: ObjectKey,
  to: ObjectKey,
  { precondition, sourceIfMatch, signal, ...fields }: CopyOptions,
): Promise<Written | undefined> {
  const named = copySourceHeaders(connection, source, from, sourceIfMatch);
  if (named === undefined || precondition.kind !== 'none') {
    return undefined;
  }
  const attempt = connection.attempt('copy', to, precondition);
  const headers = { ...newObjectHeaders(fields, attempt), ...named, 'x-oss-metadata-directive': 'REPLACE' };
  const request = { method: 'PUT', key: to, headers };
  const copied = await undefinedWhenRefused(connection.askXml(request, 'CopyObjectResult', attempt, signal));
  if (copied === undefined) {
    return undefined;
  }
  const { answer, tree } = copied;
  return {
    revision: revisionOf(textOf(tree, 'ETag'), attempt),
    checksums: crcOf(answer.header('x-oss-hash-crc64ecma'), connection.settings.capabilities.statChecksums),
    ...versionField(answer.header('x-oss-version-id')),
  };
}

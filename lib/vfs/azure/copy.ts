import type { Driver } from '../driver.ts';
import { entityTag, revisionOf } from '../entity-tag.ts';
import type { CopyPartOptions } from '../multipart.ts';
import type { CopyOptions, ObjectKey, Written } from '../types.ts';
import { conditionsOf } from './conditions.ts';
import type { AzureConnection } from './connection.ts';
import { copySource, undefinedWhenRefused } from './copy-source.ts';
import { answeredDigests } from './digests.ts';
import type { Attempt } from './errors.ts';
import { newBlobFields, versionField } from './object-fields.ts';

/**
 * Put Blob From URL: copies a blob of up to 5,000 MiB inside Azure, pinned to its revision; undefined where that cannot
 * be done and the bytes must be sent.
 */
export async function copyObject(
  connection: AzureConnection,
  source: Driver,
  from: ObjectKey,
  to: ObjectKey,
  options: CopyOptions,
): Promise<Written | undefined> {
  const { precondition, sourceIfMatch, signal } = options;
  const attempt = connection.attempt('copy', to, precondition);
  connection.requireName(to, attempt);
  const named = await copySource(connection, source, from, attempt, signal);
  if (named === undefined) {
    return undefined;
  }
  const fields = {
    ...newBlobFields(options, attempt),
    ...named.authorization,
    copySourceBlobProperties: false,
    conditions: conditionsOf(precondition),
    sourceConditions: { ifMatch: entityTag(sourceIfMatch) },
    abortSignal: signal,
  };
  const answer = await undefinedWhenRefused(
    connection.ask(to, attempt, signal, (blob) => blob.syncUploadFromURL(named.url, fields)),
  );
  return (
    answer && {
      revision: revisionOf(answer.etag, attempt),
      checksums: answeredDigests(answer),
      ...versionField(answer.versionId),
    }
  );
}

interface BlockCopy {
  readonly key: ObjectKey;
  readonly tag: string;
  readonly attempt: Attempt;
  readonly options: CopyPartOptions;
}

/**
 * Put Block From URL, of a range; undefined where that cannot be done.
 *
 * An ETag of Azure never comes back, so a source that has the revision afterwards had it all the time.
 */
export async function copyBlock(
  connection: AzureConnection,
  source: Driver,
  from: ObjectKey,
  { key, tag, attempt, options: { range, sourceIfMatch, signal } }: BlockCopy,
): Promise<true | undefined> {
  const named = await copySource(connection, source, from, attempt, signal);
  if (named === undefined) {
    return undefined;
  }
  const fields = { ...named.authorization, abortSignal: signal };
  const answer = await undefinedWhenRefused(
    connection.ask(key, attempt, signal, (blob) =>
      blob.stageBlockFromURL(tag, named.url, range.offset, range.length, fields),
    ),
  );
  if (answer === undefined) {
    return undefined;
  }
  const conditions = { ifMatch: entityTag(sourceIfMatch) };
  await named.connection.ask(named.key, attempt, signal, (blob) =>
    blob.getProperties({ conditions, abortSignal: signal }),
  );
  return true;
}

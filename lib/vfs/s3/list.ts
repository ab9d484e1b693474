import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { hexTag, unquoted } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import { isKey } from '../keys.ts';
import type { ListOptions, ListPage, ObjectEntry } from '../types.ts';
import type { S3Connection } from './connection.ts';
import type { Attempt } from './errors.ts';

type Listed = NonNullable<ListObjectsV2CommandOutput['Contents']>[number];

/** One page of keys. They travel URL-encoded, because XML cannot hold every character that a key can. */
export async function listObjects(connection: S3Connection, options: ListOptions): Promise<ListPage> {
  const { prefix, delimiter, startAfter, pageToken, pageSize, signal } = options;
  const command = new ListObjectsV2Command({
    ...connection.bucket,
    Prefix: prefix,
    EncodingType: 'url',
    ...(delimiter && { Delimiter: delimiter }),
    ...(pageToken ? { ContinuationToken: pageToken } : startAfter && { StartAfter: startAfter }),
    ...(pageSize && { MaxKeys: Math.min(pageSize, 1000) }),
  });
  const attempt = connection.attempt('list', prefix);
  const answer = await connection.send(command, attempt, signal);
  const decode = decoderOf(answer.EncodingType);
  const tagged = connection.settings.capabilities.statChecksums.includes('md5');
  const entries: ObjectEntry[] = [];
  const markers: string[] = [];
  for (const listed of answer.Contents ?? []) {
    const key = decode(listed.Key ?? '');
    if (isKey(key)) {
      entries.push({ key, ...entryFields(listed, tagged) });
    } else {
      markers.push(key);
    }
  }
  const prefixes = (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix));
  const next = nextOf(answer.IsTruncated, answer.NextContinuationToken, attempt);
  return { entries, prefixes, markers, ...(next === undefined ? {} : { nextPageToken: next }) };
}

/**
 * The token of the next page, undefined on the last. Throws `Unknown` unless the answer says whether there is one: a page of a proxy, or one
 * that was cut short, must never pass for a short listing.
 */
export function nextOf<T>(truncated: boolean | undefined, token: T | undefined, attempt: Attempt): T | undefined {
  if (truncated === undefined || (truncated && token === undefined)) {
    const { operation, target } = attempt;
    const reason = truncated ? 'the store says that there is more, and not where' : 'the answer is no listing';
    throw new VfsError({ code: 'Unknown', operation, target, reason });
  }
  return truncated ? token : undefined;
}

/** Undoes the encoding of a listing's keys: `+` is a blank, `%XX` a byte. A key that cannot be decoded is passed on as it came. */
export function decoderOf(encoding: string | undefined): (text: string) => string {
  if (encoding !== 'url') {
    return (text) => text;
  }
  return (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return text;
    }
  };
}

function entryFields({ Size = 0, ETag, LastModified }: Listed, tagged: boolean): Omit<ObjectEntry, 'key'> {
  const revision = unquoted(ETag);
  const tag = tagged ? hexTag(ETag) : undefined;
  return {
    size: Size,
    ...(revision === undefined ? {} : { revision }),
    ...(tag === undefined ? {} : { contentTag: `md5:${tag}` }),
    ...(LastModified === undefined ? {} : { modifiedAt: LastModified }),
  };
}

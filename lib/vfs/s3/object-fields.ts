import { decodeWord, encodeWord } from '../encoded-word.ts';
import { revisionOf } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import type { ChecksumAlgorithm, ContentHeaders, Metadata, ObjectKey, ObjectStat, VersionId } from '../types.ts';
import { type AnsweredDigests, type AnsweredEncryption, answeredChecksums } from './answered-checksums.ts';
import type { Attempt } from './errors.ts';

/** The headers and metadata of an object as S3's requests and answers carry them. */
interface ObjectFields {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** What HEAD and GET answer about an object. */
export interface ObjectAnswer extends ObjectFields, AnsweredDigests, AnsweredEncryption {
  readonly LastModified?: Date | undefined;
  readonly VersionId?: string | undefined;
}

/** An object as an answer describes it. */
export function objectStat(
  key: ObjectKey,
  size: number,
  answer: ObjectAnswer,
  believed: readonly ChecksumAlgorithm[],
  attempt: Attempt,
): ObjectStat {
  return {
    key,
    size,
    revision: revisionOf(answer.ETag, attempt),
    checksums: answeredChecksums(answer, believed),
    modifiedAt: answer.LastModified,
    headers: contentHeaders(answer),
    metadata: mapValues(answer.Metadata ?? {}, decodeWord),
    ...versionField(answer.VersionId),
  };
}

/** The version that an answer names. Where versioning is off or suspended, `null` comes back with each write and names none. */
export function versionField(version: string | undefined): { readonly versionId?: VersionId } {
  return version === undefined || version === 'null' ? {} : { versionId: version as VersionId };
}

/**
 * Headers and metadata as a write sends them: a value of metadata that HTTP would change is encoded, and read back. Throws
 * `InvalidArgument` for a header that it cannot carry unchanged.
 */
export function objectFields(headers: ContentHeaders, metadata: Metadata, attempt: Attempt): ObjectFields {
  const { contentType, contentEncoding, contentDisposition, contentLanguage, cacheControl } = headers;
  refuseUncarriable(headers, attempt);
  return {
    ...(contentType === undefined ? {} : { ContentType: contentType }),
    ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
    ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
    ...(contentLanguage === undefined ? {} : { ContentLanguage: contentLanguage }),
    ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    ...(Object.keys(metadata).length === 0 ? {} : { Metadata: mapValues(metadata, encodeWord) }),
  };
}

function contentHeaders(answer: ObjectFields): ContentHeaders {
  const encoding = contentEncoding(answer.ContentEncoding);
  return {
    ...(answer.ContentType === undefined ? {} : { contentType: answer.ContentType }),
    ...(encoding === undefined ? {} : { contentEncoding: encoding }),
    ...(answer.ContentDisposition === undefined ? {} : { contentDisposition: answer.ContentDisposition }),
    ...(answer.ContentLanguage === undefined ? {} : { contentLanguage: answer.ContentLanguage }),
    ...(answer.CacheControl === undefined ? {} : { cacheControl: answer.CacheControl }),
  };
}

/** `aws-chunked` is how the bytes travelled, which some stores keep by mistake. */
function contentEncoding(header: string | undefined): string | undefined {
  const kept = header
    ?.split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && text !== 'aws-chunked');
  return kept === undefined || kept.length === 0 ? undefined : kept.join(',');
}

function mapValues(metadata: Metadata, map: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, map(value)]));
}

function refuseUncarriable(values: ContentHeaders, { operation, target }: Attempt): void {
  const bad = Object.entries(values).find(([, value]) => !/^[\x20-\x7e]*$/.test(value));
  if (bad !== undefined) {
    const reason = `the value of ${JSON.stringify(bad[0])} holds characters beyond ASCII, which S3's headers do not carry unchanged`;
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
}

import { revisionOf } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import type { ChecksumAlgorithm, ContentHeaders, ObjectKey, ObjectStat, VersionId, WriteOptions } from '../types.ts';
import type { Answer } from './answer.ts';
import { digestsOfObject } from './digests.ts';
import type { Attempt } from './errors.ts';
import { metadataHeaders, metadataOf } from './user-metadata.ts';

/** The headers that OSS keeps with an object ("Manage object metadata"). */
const contentFields = {
  contentType: 'Content-Type',
  contentEncoding: 'Content-Encoding',
  contentDisposition: 'Content-Disposition',
  contentLanguage: 'Content-Language',
  cacheControl: 'Cache-Control',
} as const satisfies Record<keyof ContentHeaders, string>;

const fieldNames = Object.keys(contentFields) as (keyof ContentHeaders)[];

/** What OSS gives an object of which the name tells nothing. Said always: the client would guess by the name's ending. */
const defaultType = 'application/octet-stream';

/** What a new object is given, whichever way it is written. Throws `InvalidArgument` for what HTTP cannot carry unchanged. */
export function newObjectHeaders(
  { headers, metadata }: Pick<WriteOptions, 'headers' | 'metadata'>,
  attempt: Attempt,
): Readonly<Record<string, string>> {
  const given = fieldNames.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[contentFields[name], carriable(name, value, attempt)] as const];
  });
  return { 'Content-Type': defaultType, ...Object.fromEntries(given), ...metadataHeaders(metadata, attempt) };
}

/** An object as an answer describes it. */
export function objectStat(
  key: ObjectKey,
  size: number,
  answer: Answer,
  believed: readonly ChecksumAlgorithm[],
  attempt: Attempt,
): ObjectStat {
  const header = (name: string) => answer.header(name);
  const modified = Date.parse(header('last-modified') ?? '');
  return {
    key,
    size,
    revision: revisionOf(header('etag'), attempt),
    checksums: digestsOfObject(header, believed),
    modifiedAt: Number.isNaN(modified) ? undefined : new Date(modified),
    headers: contentHeaders(answer),
    metadata: metadataOf(answer.headers),
    ...versionField(header('x-oss-version-id')),
  };
}

/** The version that an answer names. Where versioning is suspended, `null` comes back with each write and names none. */
export function versionField(version: string | undefined): { readonly versionId?: VersionId } {
  return version === undefined || version === 'null' ? {} : { versionId: version as VersionId };
}

function contentHeaders(answer: Answer): ContentHeaders {
  const found = fieldNames.flatMap((name) => {
    const value = answer.header(contentFields[name].toLowerCase());
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

function carriable(name: string, value: string, { operation, target }: Attempt): string {
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    const reason = `${name} is empty, or holds characters beyond ASCII or spaces at its ends, which a header does not carry unchanged`;
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return value;
}

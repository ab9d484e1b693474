import { revisionOf } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import type { ContentHeaders, Metadata, ObjectKey, ObjectStat, VersionId, WriteOptions } from '../types.ts';
import type { Attempt } from './errors.ts';
import { decodeMetadata, encodeMetadata } from './metadata.ts';

/** What HEAD and GET answer about a blob. */
export interface BlobAnswer {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly versionId?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
}

/** The headers of a blob as the SDK's requests carry them. */
interface BlobHeaders {
  readonly blobContentType?: string;
  readonly blobContentEncoding?: string;
  readonly blobContentDisposition?: string;
  readonly blobContentLanguage?: string;
  readonly blobCacheControl?: string;
}

const headerNames = {
  contentType: 'blobContentType',
  contentEncoding: 'blobContentEncoding',
  contentDisposition: 'blobContentDisposition',
  contentLanguage: 'blobContentLanguage',
  cacheControl: 'blobCacheControl',
} as const satisfies Record<keyof ContentHeaders, keyof BlobHeaders>;

const headers = Object.keys(headerNames) as readonly (keyof ContentHeaders)[];

/** A blob as an answer describes it. Its Content-MD5 is no digest that the service vouches for. */
export function objectStat(key: ObjectKey, size: number, answer: BlobAnswer, attempt: Attempt): ObjectStat {
  return {
    key,
    size,
    revision: revisionOf(answer.etag, attempt),
    checksums: {},
    modifiedAt: answer.lastModified,
    headers: contentHeaders(answer),
    metadata: decodeMetadata(answer.metadata),
    ...versionField(answer.versionId),
  };
}

/** The version that an answer names; accounts without versioning name none. */
export function versionField(version: string | undefined): { readonly versionId?: VersionId } {
  return version === undefined || version === '' ? {} : { versionId: version as VersionId };
}

/**
 * What a new blob is given, whichever way it is written. Throws `InvalidArgument` for what HTTP or Azure cannot carry.
 */
export function newBlobFields(
  { headers: given, metadata }: Pick<WriteOptions, 'headers' | 'metadata'>,
  attempt: Attempt,
): { readonly blobHTTPHeaders: BlobHeaders; readonly metadata: Record<string, string> } {
  refuseUncarriable(given, attempt);
  return { blobHTTPHeaders: blobHeaders(given), metadata: encodeMetadata(metadata, attempt) };
}

/** Headers and metadata of an answer as a request carries them: unchanged, in the form in which Azure keeps them. */
export function sameBlobFields(answer: BlobAnswer) {
  return { blobHTTPHeaders: blobHeaders(contentHeaders(answer)), metadata: { ...answer.metadata } };
}

function blobHeaders(given: ContentHeaders): BlobHeaders {
  return Object.fromEntries(
    headers.flatMap((name) => (given[name] === undefined ? [] : [[headerNames[name], given[name]]])),
  );
}

function contentHeaders(answer: BlobAnswer): ContentHeaders {
  return Object.fromEntries(headers.flatMap((name) => (answer[name] ? [[name, answer[name]]] : [])));
}

function refuseUncarriable(values: ContentHeaders | Metadata, { operation, target }: Attempt): void {
  const bad = Object.entries(values).find(([, value]) => !/^[\x20-\x7e]*$/.test(value));
  if (bad !== undefined) {
    const reason = `the value of ${bad[0]} holds characters beyond ASCII, which a header does not carry unchanged`;
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
}

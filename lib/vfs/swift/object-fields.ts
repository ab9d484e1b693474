import { VfsError } from '../errors.ts';
import type {
  ChecksumAlgorithm,
  ChecksumSet,
  ContentHeaders,
  Metadata,
  ObjectKey,
  ObjectStat,
  Revision,
} from '../types.ts';
import { type Attempt, senseless } from './errors.ts';
import { metadataHeaders, metadataOf } from './metadata.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const contentHeaderNames: Readonly<Record<keyof ContentHeaders, string>> = {
  contentType: 'content-type',
  contentEncoding: 'content-encoding',
  contentDisposition: 'content-disposition',
  contentLanguage: 'content-language',
  cacheControl: 'cache-control',
};

/**
 * What marks the revision of a large object. Its entity tag is a digest of the tags of its segments, which the content of a plain object could be,
 * word for word.
 */
const largePrefix = 'large-';

/** What an answer says of an object's identity. */
export interface Tagged {
  readonly revision: Revision;
  /** The MD5 of a plain object, which Swift computed while it took it. */
  readonly checksums: ChecksumSet;
}

/**
 * Revision and digest of an object.
 *
 * The revision is the entity tag: Swift answers a PUT with nothing else, and compares nothing else. It follows from the content, so that it
 * comes back with it; which of two revisions is younger, `modifiedAt` says. Of a large object (static or dynamic) the tag is no digest of the content.
 * `believed` are the digests that the capabilities name.
 */
export function taggedBy(headers: Headers, believed: readonly ChecksumAlgorithm[], attempt: Attempt): Tagged {
  const tag = headers['etag']?.replace(/^"(.*)"$/, '$1');
  if (!tag) {
    throw senseless(attempt, 'Swift answered without an ETag');
  }
  if (isLarge(headers)) {
    return { revision: largeRevision(tag), checksums: {} };
  }
  const isDigest = believed.includes('md5') && /^[0-9a-f]{32}$/.test(tag);
  return { revision: tag as Revision, checksums: isDigest ? { md5: tag } : {} };
}

/** Whether an object is put together from segments. */
export function isLarge(headers: Headers): boolean {
  return isStaticLarge(headers) || headers['x-object-manifest'] !== undefined;
}

/** Whether an object has a manifest that can be read. */
export function isStaticLarge(headers: Headers): boolean {
  return headers['x-static-large-object']?.toLowerCase() === 'true';
}

/** The revision of a large object with this entity tag. */
export function largeRevision(tag: string): Revision {
  return `${largePrefix}${tag.replace(/^"(.*)"$/, '$1')}` as Revision;
}

/** A revision as conditions name it. */
export function entityTag(revision: Revision): string {
  return `"${revision.startsWith(largePrefix) ? revision.slice(largePrefix.length) : revision}"`;
}

/** An object as an answer describes it. */
export function objectStat(
  key: ObjectKey,
  size: number,
  headers: Headers,
  believed: readonly ChecksumAlgorithm[],
  attempt: Attempt,
): ObjectStat {
  return {
    key,
    size,
    ...taggedBy(headers, believed, attempt),
    modifiedAt: timeOf(headers['x-timestamp']),
    headers: contentHeadersOf(headers),
    metadata: metadataOf(headers, attempt),
  };
}

/** Headers and metadata as a write sends them. Throws `InvalidArgument` for what a header cannot carry unchanged. */
export function objectHeaders(
  { headers, metadata }: { readonly headers: ContentHeaders; readonly metadata: Metadata },
  attempt: Attempt,
): Readonly<Record<string, string>> {
  const given = Object.entries(contentHeaderNames).flatMap(([field, name]) => {
    const value = headers[field as keyof ContentHeaders];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const bad = given.find(([, value]) => !/^[!-~](?:[ -~]*[!-~])?$/.test(value));
  if (bad !== undefined) {
    const reason = `the header ${bad[0]} begins or ends with a space, or holds characters beyond ASCII, which Swift does not keep unchanged`;
    throw new VfsError({ code: 'InvalidArgument', operation: attempt.operation, target: attempt.target, reason });
  }
  return { ...Object.fromEntries(given), ...metadataHeaders(metadata, attempt) };
}

function contentHeadersOf(headers: Headers): ContentHeaders {
  const found = Object.entries(contentHeaderNames).map(([field, name]) => [field, headers[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== ''));
}

/** Swift's own time of a write, in seconds with five decimals, and in the digits of a text: a product with 1000 would round. */
function timeOf(timestamp: string | undefined): Date | undefined {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d+))?/.exec(timestamp ?? '') ?? [];
  return seconds === undefined
    ? undefined
    : new Date(Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3)));
}

import { base64Of, hexOf } from '../answered-digests.ts';
import { VfsError } from '../errors.ts';
import type {
  ChecksumSet,
  ContentHeaders,
  Metadata,
  ObjectKey,
  ObjectStat,
  Revision,
  VersionId,
  Written,
} from '../types.ts';
import type { Attempt } from './errors.ts';

/** An object as the JSON API describes it ("Objects", resource representations): 64-bit numbers are text. */
export interface ObjectResource {
  readonly name?: string;
  readonly size?: string;
  readonly generation?: string;
  /** Base64 of the digest; of its four bytes in big-endian order for the CRC. */
  readonly md5Hash?: string;
  readonly crc32c?: string;
  /** When the generation came to be; `updated` changes with its metadata. */
  readonly timeCreated?: string;
  /** When the generation ceased to be the live one. */
  readonly timeDeleted?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What is asked for of an object; access control lists are neither read nor sent. */
export const objectFields =
  'name,size,generation,md5Hash,crc32c,timeCreated,contentType,contentEncoding,contentDisposition,contentLanguage,cacheControl,metadata';

const headerNames = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
] as const;

/** Bytes of all custom metadata of an object ("Quotas & limits"). */
const maxMetadataBytes = 8 * 1024;

/** The type of content of which none is known. Stated, because the store would take one from elsewhere: a part, a source. */
const unknownType = 'application/octet-stream';

/** What a new object is given. Throws for what the store cannot hold: `TooLarge` metadata, an `InvalidArgument` type. */
export function resourceOf(
  headers: ContentHeaders,
  metadata: Metadata,
  { operation, target }: Attempt,
): ObjectResource {
  const bytes = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes > maxMetadataBytes) {
    const reason = `${bytes} bytes of metadata, and an object has at most ${maxMetadataBytes}`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
  const { contentType = unknownType } = headers;
  if (!/^[\x20-\x7e]*$/.test(contentType)) {
    const reason = 'the content type holds characters that a header cannot carry';
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return { ...headers, contentType, metadata };
}

/** An object as an answer describes it. */
export function objectStat(key: ObjectKey, resource: ObjectResource, attempt: Attempt, versioned: boolean): ObjectStat {
  return {
    key,
    size: sizeOf(resource),
    modifiedAt: dateOf(resource.timeCreated),
    headers: Object.fromEntries(headerNames.flatMap((name) => (resource[name] ? [[name, resource[name]]] : []))),
    metadata: resource.metadata ?? {},
    ...writtenOf(resource, attempt, versioned),
  };
}

/** What an answer says of an object that was written. */
export function writtenOf(resource: ObjectResource, attempt: Attempt, versioned: boolean): Written {
  const revision = revisionOf(resource, attempt);
  const version = versioned ? { versionId: String(revision) as VersionId } : {};
  return { revision, checksums: checksumsOf(resource), ...version };
}

/** The generation in an answer. Throws `Unknown` where there is none: it does not describe an object. */
export function revisionOf({ generation }: ObjectResource, { operation, target }: Attempt): Revision {
  if (generation === undefined) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without a generation' });
  }
  return generation as Revision;
}

/** The length of the content in bytes. A zero may be left out, as in the JSON of all protocol buffers. */
export function sizeOf({ size }: ObjectResource): number {
  return Number(size ?? 0);
}

/** The digests in an answer. They are over the whole content; a composite object has no MD5. */
export function checksumsOf({ md5Hash, crc32c }: ObjectResource): ChecksumSet {
  return { ...(crc32c && { crc32c: hexOf(crc32c) }), ...(md5Hash && { md5: hexOf(md5Hash) }) };
}

/** Digests as the store takes and gives them. */
export function hashFields({ crc32c, md5 }: ChecksumSet): Pick<ObjectResource, 'crc32c' | 'md5Hash'> {
  return { ...(crc32c && { crc32c: base64Of(crc32c) }), ...(md5 && { md5Hash: base64Of(md5) }) };
}

/** A time of an answer. */
export function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

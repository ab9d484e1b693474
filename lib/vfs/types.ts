/**
 * The address of an object inside a store: `/`-separated UTF-8, no leading and no trailing slash, at most 1,024 bytes.
 *
 * Made by `parseKey` only.
 */
export type ObjectKey = string & { readonly __brand: 'ObjectKey' };

/**
 * Names the bytes that a key held at one moment, for compare-and-swap.
 *
 * Opaque: an S3 ETag, a GCS generation, a Vault version. Equal revisions of one key mean equal content; nothing else
 * may be read from it. It may come back when a content comes back (S3). In particular it is never a checksum.
 */
export type Revision = string & { readonly __brand: 'Revision' };

/** Names one stored version of a key in a store that keeps versions. Never comes back. */
export type VersionId = string & { readonly __brand: 'VersionId' };

export type ChecksumAlgorithm = 'sha256' | 'md5' | 'crc64nvme' | 'crc64xz' | 'crc32c';

/**
 * Digests of the whole object, lower-case hex, by algorithm.
 *
 * A driver lists only what the store computed over the full content and vouches for. Composite digests (an S3 multipart
 * ETag, a Swift segment manifest) and tokens that may not be a digest (the ETag of an object under SSE-KMS) are left
 * out.
 */
export type ChecksumSet = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** The HTTP headers that belong to the content and travel with it. */
export interface ContentHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
}

/** User metadata: keys in lower case, values as the store returns them. */
export type Metadata = Readonly<Record<string, string>>;

export interface ObjectStat {
  readonly key: ObjectKey;
  /** Content length in bytes. */
  readonly size: number;
  readonly revision: Revision;
  readonly checksums: ChecksumSet;
  /** When the store accepted this content, by the store's clock; undefined where it does not say. */
  readonly modifiedAt: Date | undefined;
  readonly headers: ContentHeaders;
  /** Empty where `capabilities.metadata` is false. */
  readonly metadata: Metadata;
  readonly versionId?: VersionId;
}

/** What a listing knows without asking about each object. */
export interface ObjectEntry {
  readonly key: ObjectKey;
  readonly size: number;
  readonly revision?: Revision;
  readonly checksums?: ChecksumSet;
  /**
   * A token of which equality proves equal content between any two stores, while inequality proves nothing.
   *
   * S3 lists an ETag of 32 hexadecimal digits, and does not say whether it is an MD5 (it is not under SSE-KMS). Two of
   * them that agree, with equal sizes, are both MD5 of the same content.
   */
  readonly contentTag?: string;
  readonly modifiedAt?: Date;
}

/** Bytes in flight. Iterate it to its end, or call `cancel`; anything else leaks a connection. */
export interface ObjectBody extends AsyncIterable<Uint8Array> {
  /** Releases the connection. Safe to call twice, and after the end. */
  cancel(): Promise<void>;
}

/** A part of an object: `length` bytes from `offset` on. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Bytes that can be produced again, so that a retry can start over.
 *
 * `open` may be called several times, each giving all bytes from the first.
 */
export interface BodySource {
  /** Exact length in bytes. A store rejects a body of another length. */
  readonly size: number;
  /** Digests that the caller vouches for; the store verifies those it can. */
  readonly checksums: ChecksumSet;
  /** All bytes, when they are in memory anyway. */
  readonly bytes?: Uint8Array;
  open(signal: AbortSignal): Promise<ObjectBody>;
}

/** What must be true of the key for a mutation to happen. It is part of the mutation, never a look before it. */
export type Precondition =
  /**
   * `guardedBy` says that something else keeps others away meanwhile. For drivers that changes nothing; for layers the
   * mutation is then like a conditional one: it is not sent again when its answer was lost (docs/decisions/0002).
   */
  | { readonly kind: 'none'; readonly guardedBy?: 'lease' }
  | { readonly kind: 'if-absent' }
  | { readonly kind: 'if-match'; readonly revision: Revision };

export interface CallOptions {
  /** Aborts the call; it then rejects with code `Aborted`. */
  readonly signal: AbortSignal;
}

export interface ReadOptions extends CallOptions {
  /** Only these bytes. Rejects with `InvalidArgument` when any of them lies outside the object. */
  readonly range?: ByteRange;
  /** Reads this revision or rejects with `PreconditionFailed`. */
  readonly ifMatch?: Revision;
  /** Resolves to undefined, without content, while the object still has this revision. */
  readonly unless?: Revision;
}

export interface ReadResult {
  /** Describes the whole object that the body belongs to, also when a range was asked for. */
  readonly stat: ObjectStat;
  readonly body: ObjectBody;
}

export interface WriteOptions extends CallOptions {
  readonly precondition: Precondition;
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/** The store's answer to a write. */
export interface Written {
  readonly revision: Revision;
  /** Digests of the stored content as the store answered them. */
  readonly checksums: ChecksumSet;
  readonly versionId?: VersionId;
}

export interface CopyOptions extends WriteOptions {
  /** Copies this revision of the source or rejects with `PreconditionFailed`: what was decided on is what is copied. */
  readonly sourceIfMatch: Revision;
}

export interface DeleteOptions extends CallOptions {
  readonly precondition: Exclude<Precondition, { readonly kind: 'if-absent' }>;
}

export interface ListOptions extends CallOptions {
  /** Only keys beginning with this string, which need not end at a `/`. The empty string lists everything. */
  readonly prefix: string;
  /** Rolls up what follows the prefix to the next `/` into `prefixes`. */
  readonly delimiter?: '/';
  /** Only keys after this one, in UTF-8 byte order. */
  readonly startAfter?: string;
  /** Continues after an earlier page. Opaque; valid only with the same other options. */
  readonly pageToken?: string;
  /** A hint. A store may return fewer, never more. */
  readonly pageSize?: number;
}

export interface ListPage {
  readonly entries: readonly ObjectEntry[];
  /** With a delimiter: the rolled-up prefixes, each ending in `/`. */
  readonly prefixes: readonly string[];
  /** Raw keys that are no object keys (directory markers, a leading slash). They are reported and left alone. */
  readonly markers: readonly string[];
  /** Absent on the last page. An empty page may still carry one. */
  readonly nextPageToken?: string;
}

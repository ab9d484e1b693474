import type { ChecksumAlgorithm } from './types.ts';

/**
 * What a store can do, and how well.
 *
 * Flat, one field a promise, named verb first. The conformance suite tests every `true`, and checks that every `false`
 * is refused with `Unsupported` before any request is sent.
 */
export interface Capabilities {
  readonly readRange: boolean;
  readonly readIfMatch: boolean;
  readonly readUnless: boolean;
  readonly writeIfAbsent: boolean;
  readonly writeIfMatch: boolean;
  readonly deleteIfMatch: boolean;
  /** User metadata is stored and returned. */
  readonly metadata: boolean;
  /** Content headers are stored and returned. */
  readonly contentHeaders: boolean;
  /** Keys arrive in ascending UTF-8 byte order, within and across pages. */
  readonly listSorted: boolean;
  readonly listDelimiter: boolean;
  readonly listStartAfter: boolean;
  /** Server-side copy, pinned to the source's revision. */
  readonly copy: boolean;
  /** Server-side copy honours the precondition at the destination. */
  readonly copyConditional: boolean;
  readonly multipart: boolean;
  /** `complete` honours the precondition. */
  readonly multipartConditional: boolean;
  readonly multipartList: boolean;
  /** Parts can be copied server side, pinned to the source's revision. */
  readonly multipartCopy: boolean;
  readonly versions: boolean;
  /**
   * A read, stat or list after a finished mutation always sees it. Where false, `read` and `stat` ask the store for the
   * newest that it can give (Swift: `X-Newest`), and `modifiedAt` orders the revisions of a key.
   */
  readonly stronglyConsistent: boolean;
  /**
   * Digests that `stat` may report with no extra request. No probe asks for them: which of them a store tells depends on the object, and one that it
   * tells wrongly never passes in silence, since every write and every read of a whole object holds it against the bytes (`ChecksumMismatch`). An entry
   * of the configuration then names the others.
   */
  readonly statChecksums: readonly ChecksumAlgorithm[];
  /** Digests that the store itself checks while accepting a write. */
  readonly writeVerifies: readonly ChecksumAlgorithm[];
  /** Largest object in bytes. */
  readonly maxObjectSize: number;
  /** Largest object that one `write` takes, in bytes. */
  readonly maxWriteSize: number;
  readonly maxKeyBytes: number;
  /** Bounds of a multipart upload; the last part may be smaller than `minSize`. */
  readonly parts: { readonly minSize: number; readonly maxSize: number; readonly maxCount: number };
}

/** The flags of a store that keeps every promise. A driver begins with them, and denies what its store does not keep. */
export const allKept = {
  readRange: true,
  readIfMatch: true,
  readUnless: true,
  writeIfAbsent: true,
  writeIfMatch: true,
  deleteIfMatch: true,
  metadata: true,
  contentHeaders: true,
  listSorted: true,
  listDelimiter: true,
  listStartAfter: true,
  copy: true,
  copyConditional: true,
  multipart: true,
  multipartConditional: true,
  multipartList: true,
  multipartCopy: true,
  versions: true,
  stronglyConsistent: true,
} as const;

/** The flags of a store that takes no object in parts, with the bounds that go with them. */
export const noParts = {
  multipart: false,
  multipartConditional: false,
  multipartList: false,
  multipartCopy: false,
  parts: { minSize: 0, maxSize: 0, maxCount: 0 },
} as const;

/** The flags of a store that copies nothing by itself. */
export const noCopies = { copy: false, copyConditional: false } as const;

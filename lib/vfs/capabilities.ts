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
  /** A read, stat or list after a finished mutation always sees it. */
  readonly stronglyConsistent: boolean;
  /** Digests that `stat` may report with no extra request. */
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

import type { Driver } from './driver.ts';
import type {
  BodySource,
  ByteRange,
  CallOptions,
  ChecksumSet,
  ObjectKey,
  Precondition,
  Revision,
  WriteOptions,
  Written,
} from './types.ts';

/** An upload that was begun and is neither complete nor aborted. */
export interface Upload {
  readonly key: ObjectKey;
  readonly id: string;
}

/** The store's answer to one part. */
export interface Part {
  /** From 1 on. */
  readonly number: number;
  readonly size: number;
  /** Opaque; `complete` hands it back. */
  readonly tag: string;
  readonly checksums: ChecksumSet;
}

export interface CopyPartOptions extends CallOptions {
  readonly range: ByteRange;
  readonly sourceIfMatch: Revision;
}

export interface CompleteOptions extends CallOptions {
  readonly precondition: Precondition;
  /** Digests of the whole content; the store verifies those it can and rejects with `ChecksumMismatch`. */
  readonly checksums: ChecksumSet;
}

/** An object written in parts. Nothing is visible under the key before `complete`. */
export interface MultipartDriver {
  /**
   * Begins an upload. Headers and metadata are those of the finished object; the precondition is checked by `complete`.
   */
  begin(key: ObjectKey, options: Omit<WriteOptions, 'precondition'>): Promise<Upload>;

  /** Stores one part, replacing an earlier one of the same number. Rejects with `NotFound` when the upload is gone. */
  putPart(upload: Upload, number: number, source: BodySource, options: CallOptions): Promise<Part>;

  /**
   * Fills one part from an object of the same storage system, without moving bytes through us.
   *
   * Resolves to undefined when this pair of stores cannot do it; the caller then sends the bytes.
   */
  copyPart?(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    options: CopyPartOptions,
  ): Promise<Part | undefined>;

  /** The parts stored so far, ascending by number. */
  listParts?(upload: Upload, options: CallOptions): Promise<readonly Part[]>;

  /** Makes the object from the parts, in the order given, or nothing. Rejects like `Driver.write`. */
  complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written>;

  /** Throws away the upload and its parts. Succeeds when it is gone already. */
  abort(upload: Upload, options: CallOptions): Promise<void>;
}

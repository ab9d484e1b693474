import type { FieldPath } from '../field-path.ts';

/** A place in a text. Lines and columns count from 1, columns in UTF-16 units, as SARIF has them by default. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** From the first sign to the one after the last. */
export interface SourceRange {
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

/** One document of a YAML or JSON text, as plain data that knows where each value stands. */
export interface ManifestDocument {
  /** The path of the file, or the key in the store. */
  readonly file: string;
  /** The whole text of the file, for excerpts. */
  readonly text: string;
  /** From 0 on, among the documents of the file that are not empty. */
  readonly index: number;
  readonly value: unknown;
  /** The way from the root of the document to the value: an item of a list, else none. */
  readonly within: FieldPath;
  /** Where the value at a path from the root stands; for one that is absent, where its nearest ancestor does. */
  rangeOf(path: FieldPath): SourceRange;
  /** Where the key of a field stands. */
  rangeOfKey(path: FieldPath): SourceRange;
  /** A scalar as it is written, without its quotes; undefined where no scalar stands. */
  sourceOf(path: FieldPath): string | undefined;
}

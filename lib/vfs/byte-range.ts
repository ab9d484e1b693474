import { VfsError } from './errors.ts';
import type { ByteRange } from './types.ts';

/** Throws `InvalidArgument` unless every byte of the range lies inside an object of `size` bytes. */
export function requireInside(range: ByteRange, size: number, target: string): void {
  if (range.offset + range.length > size) {
    const reason = `bytes ${range.offset} to ${range.offset + range.length - 1} were asked for, and the object has ${size}`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'read', target, reason });
  }
}

/** A range as HTTP writes it: `bytes=0-9`. */
export function rangeHeader({ offset, length }: ByteRange): string {
  return `bytes=${offset}-${offset + length - 1}`;
}

/**
 * Size of the whole object, from the `Content-Range` of the answer to a range. Throws unless the range came whole: servers cut one that reaches beyond the
 * end, and one that knows no ranges answers with everything.
 */
export function wholeSize(
  range: ByteRange,
  contentRange: string | undefined,
  { operation, target }: { readonly operation: string; readonly target: string },
): number {
  const [, first, total] = /^bytes (\d+)--?\d+\/(\d+)$/.exec(contentRange ?? '') ?? [];
  if (Number(first) !== range.offset) {
    const reason = `bytes from ${range.offset} on were asked for, and the store answered with ${contentRange || 'the whole'}`;
    throw new VfsError({ code: 'Unknown', operation, target, reason });
  }
  requireInside(range, Number(total), target);
  return Number(total);
}

/** Why a range can lie in no object, in words for an error; undefined when it may. */
export function whyNotRange({ offset, length }: ByteRange): string | undefined {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    return `a range begins at a whole number from 0 on, and this one at ${offset}`;
  }
  if (!Number.isSafeInteger(length) || length < 1) {
    return `a range has a whole number of bytes from 1 on, and this one has ${length}`;
  }
  return undefined;
}

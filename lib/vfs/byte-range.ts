import { VfsError } from './errors.ts';
import type { ByteRange } from './types.ts';

/** Throws `InvalidArgument` unless every byte of the range lies inside an object of `size` bytes. */
export function requireInside(range: ByteRange, size: number, target: string): void {
  if (range.offset + range.length > size) {
    const reason = `bytes ${range.offset} to ${range.offset + range.length - 1} were asked for, and the object has ${size}`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'read', target, reason });
  }
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

import { type FieldPath, propertyOf } from './field-path.ts';

/** A path as a JSON pointer (RFC 6901). */
export function jsonPointer(path: FieldPath): string {
  return path.map((segment) => `/${String(propertyOf(segment)).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

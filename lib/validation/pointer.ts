import { type FieldPath, propertyOf } from './field-path.ts';

/** A path as a JSON pointer (RFC 6901). */
export function jsonPointer(path: FieldPath): string {
  return path.map((segment) => `/${String(propertyOf(segment)).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** The steps of a JSON pointer; none for the whole document. */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
}

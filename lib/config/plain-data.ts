import type { Path } from './yaml-source.ts';

/** The fields of a mapping; none of anything else. */
export function fieldsOf(data: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.entries(data) : []);
}

/** The entries of a list; none of anything else. */
export function entriesOf(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

/** The value at a path; undefined where it leads nowhere. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, segment) => {
    const holder = typeof value === 'object' && value !== null && Object.hasOwn(value, segment) ? value : {};
    return (holder as Readonly<Record<PropertyKey, unknown>>)[segment];
  }, data);
}

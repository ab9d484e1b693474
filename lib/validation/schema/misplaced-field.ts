import type { FieldType } from './field-type.ts';

/**
 * The only place below the spec of an object that has a field of this name, as `spec.networking.cilium`; undefined where there is none, or
 * several. Entries of lists and maps are no places to point to.
 */
export function onlyPlaceOf(name: string, object: FieldType): string | undefined {
  const spec = typeof object === 'object' && 'fields' in object ? object.fields['spec'] : undefined;
  const [place, ...more] = spec === undefined ? [] : placesOf(name, spec, ['spec']);
  return more.length === 0 ? place : undefined;
}

function placesOf(name: string, type: FieldType, path: readonly string[]): readonly string[] {
  if (typeof type === 'string' || !('fields' in type)) {
    return [];
  }
  return Object.entries(type.fields).flatMap(([field, child]) => [
    ...(field === name ? [[...path, field].join('.')] : []),
    ...placesOf(name, child, [...path, field]),
  ]);
}

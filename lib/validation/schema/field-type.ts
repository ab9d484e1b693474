/**
 * The type of a field, as kOps's custom resource definitions have it: a structure, a map, a list, or a scalar with an optional
 * format behind a colon.
 */
export type FieldType =
  | string
  | { readonly fields: Readonly<Record<string, FieldType>>; readonly required?: readonly string[] }
  | { readonly map: FieldType }
  | { readonly list: FieldType };

/** What a scalar type is called in a message, with an example of how to write it. */
export const scalarNames: Readonly<Record<string, string>> = {
  string: 'a text',
  'string:date-time': 'a time, like "2026-01-31T00:00:00Z"',
  'string:byte': 'a text in base64',
  boolean: 'true or false',
  integer: 'a whole number',
  'integer:int32': 'a whole number',
  'integer:int64': 'a whole number',
  'int-or-string': 'a number or a text',
  object: 'a mapping',
};

/** Whether a value that is not null is what the scalar type says, as kOps's decoder takes it: it turns nothing into anything else. */
export function isScalar(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'string:date-time':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'string:byte':
      return typeof value === 'string' && /^(?:[A-Za-z0-9+/\s]{4})*[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer:int32':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
    case 'integer':
    case 'integer:int64':
      return Number.isInteger(value);
    case 'int-or-string':
      return typeof value === 'number' || typeof value === 'string';
    default:
      return typeof value === 'object' && !Array.isArray(value);
  }
}

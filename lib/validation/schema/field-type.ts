import { parseDuration } from '../duration.ts';

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
  'string:duration': 'a duration, like "1m30s"',
  boolean: 'true or false',
  integer: 'a whole number',
  'integer:int32': 'a whole number',
  'integer:int64': 'a whole number',
  'int-or-string': 'a whole number or a text',
  quantity: 'a quantity, like "100m" or "256Mi"',
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
    case 'string:duration':
      return typeof value === 'string' && parseDuration(value) !== undefined;
    case 'quantity':
      return typeof value === 'number' || (typeof value === 'string' && isQuantity(value.trim()));
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer:int32':
      return isInt32(value);
    case 'integer':
    case 'integer:int64':
      return Number.isInteger(value);
    case 'int-or-string':
      return isInt32(value) || typeof value === 'string';
    default:
      return typeof value === 'object' && !Array.isArray(value);
  }
}

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
}

/** As `resource.ParseQuantity` of k8s.io/apimachinery reads it, which takes digits that are missing for zeros. */
function isQuantity(text: string): boolean {
  return text !== '' && /^[-+]?\d*(?:\.\d*)?(?:[KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/.test(text);
}

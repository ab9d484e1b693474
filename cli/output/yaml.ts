import { stringify } from 'yaml';
import { schemaVersion } from './json.ts';

/** A document as YAML, with the same fields as in JSON. */
export function toYaml(document: object): string {
  const plain: unknown = JSON.parse(JSON.stringify({ schemaVersion, ...document }));
  return stringify(plain, { lineWidth: 0 });
}

import { VfsError } from './errors.ts';
import type { StoreCredentials, StoreDefinition } from './store-definition.ts';
import { quotedUrl } from './store-url.ts';

/** The fields of all members of a union. */
type FieldOf<Union> = Union extends unknown ? keyof Union : never;

/**
 * The credentials of a definition, when they are of the kind that this store takes: `fields` names one field of each of
 * its forms. Undefined where the definition has none. Throws `InvalidArgument` for those of another kind of store.
 */
export function credentialsOf<Own extends StoreCredentials>(
  { url, credentials }: StoreDefinition,
  fields: readonly (FieldOf<Own> & string)[],
): Own | undefined {
  if (credentials === undefined || fields.some((field) => field in credentials)) {
    return credentials as Own | undefined;
  }
  const reason = `its credentials say ${Object.keys(credentials).join(', ')}; a store of this kind takes ${fields.join(' or ')}`;
  throw new VfsError({ code: 'InvalidArgument', operation: 'open', target: quotedUrl(url), reason });
}

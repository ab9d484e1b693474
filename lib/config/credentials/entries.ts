import type { z } from 'zod';
import { fieldsOf } from '../plain-data.ts';
import type { Path } from '../yaml-source.ts';
import { credentialsOfScheme } from './kinds.ts';

/** The credentials of one entry of `stores`, and what its kind of store takes. */
export interface CredentialsEntry {
  readonly path: Path;
  readonly value: unknown;
  readonly schema: z.ZodType;
}

/**
 * The credentials in a file, right or not, of stores of a known kind. Of others nothing is said, since it would change once the URL is mended;
 * that a directory has credentials at all is told elsewhere.
 */
export function credentialsIn(data: unknown): readonly CredentialsEntry[] {
  return [...fieldsOf(fieldsOf(data).get('stores'))].flatMap(([name, store]) => {
    const fields = fieldsOf(store);
    const [, scheme = ''] = /^([^:/]+):\/\//.exec(String(fields.get('url'))) ?? [];
    const schema = credentialsOfScheme(scheme);
    const path = ['stores', name, 'credentials'];
    return schema === undefined || !fields.has('credentials')
      ? []
      : [{ path, value: fields.get('credentials'), schema }];
  });
}

/** Whether a path leads to the credentials of a store, or into them. */
export function isCredentials([first, , third]: Path): boolean {
  return first === 'stores' && third === 'credentials';
}

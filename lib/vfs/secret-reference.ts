import { readFile } from 'node:fs/promises';
import { CredentialsError } from './credentials-error.ts';
import type { Environment } from './environment.ts';
import type { SecretReference } from './store-definition.ts';

/** The secret that a field refers to. Rejects with `CredentialsError`, naming the field and the place. */
export async function readSecret(field: string, at: SecretReference, environment: Environment): Promise<string> {
  if ('env' in at) {
    const value = environment[at.env];
    if (value) {
      return value;
    }
    throw new CredentialsError('Unauthenticated', `${field}: environment variable ${at.env} is not set`);
  }
  const text = await readFile(at.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CredentialsError('Unauthenticated', `${field}: file ${at.file} cannot be read (${error.code})`);
  });
  if (text.trim() === '') {
    throw new CredentialsError('Unauthenticated', `${field}: file ${at.file} is empty`);
  }
  return text.trim();
}

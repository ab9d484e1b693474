import { readFile } from 'node:fs/promises';
import { CredentialsError } from '../credentials-error.ts';
import type { VaultSettings } from './settings.ts';

/** The certificates to trust, as PEM; undefined where none are named. Rejects with `CredentialsError`, naming the variable or the field, and the file. */
export async function readCertificates(file: VaultSettings['caCert']): Promise<string | undefined> {
  if (file === undefined) {
    return undefined;
  }
  try {
    return await readFile(file.path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CredentialsError('InvalidArgument', `${file.from}: file ${file.path} cannot be read (${code})`);
  }
}

import type { TokenCredential } from '@azure/identity';
import { StorageSharedKeyCredential } from '@azure/storage-blob';
import { CredentialsError } from '../credentials-error.ts';
import type { Environment } from '../environment.ts';
import { readSecret } from '../secret-reference.ts';
import type { SecretReference } from '../store-definition.ts';
import type { AzureSettings } from './settings.ts';
import { tokenCredential } from './token-credential.ts';

/** How requests are signed: with a key of the account, or with the token of an identity. */
export type Access =
  | { readonly kind: 'key'; readonly credential: StorageSharedKeyCredential }
  | { readonly kind: 'token'; readonly credential: TokenCredential };

/**
 * Finds out how to sign in. Rejects with `CredentialsError` for a key that is not there or is none; what is wrong with
 * an identity shows when its token is asked for.
 */
export async function accessOf({ account, signIn }: AzureSettings, environment: Environment): Promise<Access> {
  if ('accountKey' in signIn) {
    const key = await readSecret('accountKey', signIn.accountKey, environment);
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key)) {
      const reason = `accountKey: ${placeOf(signIn.accountKey)} holds no key of a storage account, which is base64`;
      throw new CredentialsError('Unauthenticated', reason);
    }
    return { kind: 'key', credential: new StorageSharedKeyCredential(account, key) };
  }
  return { kind: 'token', credential: await tokenCredential(signIn, environment) };
}

function placeOf(at: SecretReference): string {
  return 'env' in at ? `environment variable ${at.env}` : `file ${at.file}`;
}

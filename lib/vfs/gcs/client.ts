import { Storage } from '@google-cloud/storage';
import type { Environment } from '../environment.ts';
import type { Connections } from './connections.ts';
import { authClientOf } from './credentials.ts';
import type { GcsSettings } from './settings.ts';

/**
 * Google's client, of which the driver uses the authenticated request (`storage.authClient.request`), on which the client's own resumable
 * uploads are built, and from its version 8 on everything else.
 *
 * Its `File` and `Bucket` cannot be used: their requests take no signal, so that an aborted call would go on; and they repeat, compose
 * and verify by rules of their own. Addresses are the driver's too, because `STORAGE_EMULATOR_HOST` of the process changes the client's.
 */
export async function createStorage(
  { signIn, endpoint }: GcsSettings,
  environment: Environment,
  { adapter }: Connections,
): Promise<Storage> {
  return new Storage({
    apiEndpoint: endpoint,
    authClient: await authClientOf(signIn, environment, adapter),
    useAuthWithCustomEndpoint: true,
    retryOptions: { autoRetry: false },
  });
}

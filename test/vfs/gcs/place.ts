import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdentityService } from '../../loopback/gcs/identity-service.ts';
import { GcsServer } from '../../loopback/gcs/server.ts';
import type { StorePlace } from '../../support/store-place.ts';

/** A Google Cloud Storage on loopback, with a token service beside it and the key file of a service account. */
export async function startGcsPlace(): Promise<StorePlace> {
  const identity = new IdentityService();
  await identity.start();
  const server = new GcsServer(identity.tokens);
  const endpoint = await server.start();
  server.createBucket('state');
  const directory = await mkdtemp(join(tmpdir(), 'statesync-gcs-'));
  const credentialsFile = join(directory, 'key.json');
  const key = identity.serviceAccountFile('statesync@project.iam.gserviceaccount.com');
  await writeFile(credentialsFile, JSON.stringify(key));
  return {
    name: 'gs',
    definition: { url: 'gs://state', endpoint, credentials: { credentialsFile }, capabilities: { versions: false } },
    environment: {},
    get secrets() {
      return [String(key['private_key']), ...identity.tokens.issued];
    },
    openConnections: () => server.openConnections,
    requests: () => server.requests.snapshot(),
    close: async () => {
      await Promise.all([server.close(), identity.close(), rm(directory, { recursive: true, force: true })]);
    },
  };
}

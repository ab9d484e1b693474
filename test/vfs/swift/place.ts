import type { StorePlace } from '../../support/store-place.ts';
import { password, startSwiftCloud } from './cloud.ts';

/** Starts Keystone and Swift on loopback, and names an empty container. */
export async function startSwiftPlace(): Promise<StorePlace> {
  const { swift, credential, environment, close } = await startSwiftCloud();
  return {
    name: 'swift',
    definition: { url: 'swift://state' },
    environment,
    secrets: [password, credential.secret],
    openConnections: () => swift.openConnections,
    requests: () => swift.requests.snapshot(),
    close,
  };
}

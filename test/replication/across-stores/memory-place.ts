import { randomUUID } from 'node:crypto';
import type { StorePlace } from '../../support/store-place.ts';

/** The memory of this process, under a name of its own. */
export async function startMemoryPlace(): Promise<StorePlace> {
  return {
    name: 'memfs',
    definition: { url: `memfs://place-${randomUUID()}` },
    environment: {},
    secrets: [],
    openConnections: () => 0,
    requests: () => ({}),
    close: async () => {},
  };
}

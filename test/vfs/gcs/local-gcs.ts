import { systemClock } from '../../../lib/flow/clock.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { GcsServer } from '../../loopback/gcs/server.ts';

/** A server that lets anybody in, and what a test needs to open its buckets. */
export interface LocalGcs {
  readonly server: GcsServer;
  open(definition: StoreDefinition): Driver;
  store(definition: StoreDefinition): Store;
  close(): Promise<void>;
}

export async function startLocalGcs(): Promise<LocalGcs> {
  const server = new GcsServer();
  server.anonymous = true;
  const endpoint = await server.start();
  const drivers: Driver[] = [];
  const open = (definition: StoreDefinition) => {
    const driver = openDriver({ endpoint, ...definition }, { environment: {}, clock: systemClock });
    drivers.push(driver);
    return driver;
  };
  return {
    server,
    open,
    store: (definition) => new Store(open(definition)),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      await server.close();
    },
  };
}

import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { createStorage } from './client.ts';
import { GcsConnection } from './connection.ts';
import { Connections } from './connections.ts';
import { identityOf } from './credentials.ts';
import { GcsDriver } from './driver.ts';
import { gcsSettings } from './settings.ts';

/**
 * Opens a bucket; `gcsSettings` says what is taken from the definition and what from the environment. Nothing is read or asked before the
 * first call. Throws `InvalidArgument` for what is wrong with the settings themselves.
 */
export function openDriver(definition: StoreDefinition, { environment, clock }: Surroundings): Driver {
  const settings = gcsSettings(definition, environment);
  const connections = new Connections();
  const client = () => createStorage(settings, environment, connections);
  return new GcsDriver(new GcsConnection(settings, identityOf(settings, environment), { connections, client, clock }));
}

import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { accessOf } from './access.ts';
import { AzureConnection } from './connection.ts';
import { AzureDriver } from './driver.ts';
import { azureSettings } from './settings.ts';

/**
 * Opens a container; `azureSettings` says what is taken from the definition and what from the environment. Nothing is
 * asked before the first call. Throws `InvalidArgument` and `Unauthenticated` for what is wrong with the settings
 * themselves.
 */
export function openDriver(definition: StoreDefinition, { environment, clock }: Surroundings): Driver {
  const settings = azureSettings(definition, environment);
  return new AzureDriver(new AzureConnection(settings, () => accessOf(settings, environment), clock));
}

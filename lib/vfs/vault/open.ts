import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { VaultConnection } from './connection.ts';
import { VaultDriver } from './driver.ts';
import { vaultSettings } from './settings.ts';

/**
 * Opens a mount; `vaultSettings` says what is taken from the definition and what from the environment. Nothing is read or asked before the
 * first call. Throws `InvalidArgument` for what is wrong with the settings themselves.
 */
export function openDriver(definition: StoreDefinition, { environment, clock }: Surroundings): Driver {
  return new VaultDriver(new VaultConnection(vaultSettings(definition, environment), environment, clock));
}

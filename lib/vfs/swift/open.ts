import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { SwiftConnection } from './connection.ts';
import { SwiftDriver } from './driver.ts';
import { swiftSettings } from './settings.ts';

/**
 * Opens a container of OpenStack Swift; `swiftSettings` says what is taken from the definition, the environment and files. Nothing is asked
 * before the first call. Rejects with `InvalidArgument` and `Unauthenticated` for what is wrong with the settings themselves.
 */
export async function openDriver(definition: StoreDefinition, { environment, clock }: Surroundings): Promise<Driver> {
  return new SwiftDriver(new SwiftConnection(await swiftSettings(definition, environment), clock));
}

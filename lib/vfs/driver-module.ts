import type { Clock } from '../flow/clock.ts';
import type { Driver } from './driver.ts';
import type { StoreDefinition } from './store-definition.ts';

/** What opening a store needs from its surroundings. */
export interface Surroundings {
  /** Environment variables by name. A store entry's own fields win over them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** What each store's room exports. The driver's root is the bucket; prefixes are a layer. */
export interface DriverModule {
  openDriver(definition: StoreDefinition, surroundings: Surroundings): Promise<Driver> | Driver;
}

import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import { Remembered } from '../remembered.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { OssConnection } from './connection.ts';
import { identityOf, keysOf } from './credentials.ts';
import { OssDriver } from './driver.ts';
import { EcsMetadata, metadataAddress } from './ecs-metadata.ts';
import { ossSettings } from './settings.ts';

/**
 * Opens a bucket; `ossSettings` says what is taken from the definition and what from the environment. Nothing is asked before the first
 * call. Throws `InvalidArgument` and `Unauthenticated` for what is wrong with the settings themselves.
 *
 * `metadata` is where the machine is asked for its region and its role.
 */
export function openDriver(
  definition: StoreDefinition,
  { environment, clock }: Surroundings,
  metadata: string = metadataAddress,
): Driver {
  const settings = ossSettings(definition, environment);
  const machine = new EcsMetadata(metadata);
  const region = async () => ({ value: settings.region ?? (await machine.region()), until: Number.POSITIVE_INFINITY });
  const identity = {
    keys: keysOf(settings, environment, clock, machine),
    region: new Remembered(clock, region),
    name: identityOf(settings, environment),
  };
  return new OssDriver(new OssConnection(settings, identity, clock));
}

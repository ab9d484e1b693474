import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { S3Connection } from './connection.ts';
import { identityOf, keysProvider } from './credentials.ts';
import { S3Driver } from './driver.ts';
import { s3Settings } from './settings.ts';

/**
 * Opens a bucket; `s3Settings` says what is taken from the definition and what from the environment. Nothing is asked before the
 * first call. Throws `InvalidArgument` and `Unauthenticated` for what is wrong with the settings themselves.
 */
export function openDriver(definition: StoreDefinition, { environment, clock }: Surroundings): Driver {
  const settings = s3Settings(definition, environment);
  const credentials = keysProvider(settings, environment);
  return new S3Driver(new S3Connection(settings, credentials, identityOf(settings, environment), clock));
}

import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { KubernetesConnection } from './connection.ts';
import { KubernetesDriver } from './driver.ts';
import { kubernetesSettings } from './settings.ts';

/**
 * Opens the Secrets of a namespace; `kubernetesSettings` says what is taken from the definition and what from the environment. Nothing is read or
 * asked before the first call. Throws `InvalidArgument` for what is wrong with the URL itself.
 *
 * `serviceAccount` is the directory of a pod's service account.
 */
export function openDriver(
  definition: StoreDefinition,
  { environment, clock }: Surroundings,
  serviceAccount?: string,
): Driver {
  return new KubernetesDriver(
    new KubernetesConnection(kubernetesSettings(definition, environment, serviceAccount), clock),
  );
}

import { randomUUID } from 'node:crypto';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/azure/open.ts';
import type { Capabilities } from '../../../lib/vfs/capabilities.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { Front } from '../../loopback/azurite/front.ts';
import { startAzurite } from '../../loopback/azurite/start.ts';
import type { StorePlace } from '../../support/store-place.ts';

/** The variable in which tests hand over the key of the account. */
export const keyVariable = 'TEST_ACCOUNT_KEY';

/** What Azurite does not do: versions, Put Blob From URL and Put Block From URL. */
export const lacking: Partial<Capabilities> = {
  versions: false,
  copy: false,
  copyConditional: false,
  multipartCopy: false,
};

/** A container of an Azurite of its own, behind a front that counts. */
export interface AzurePlace extends StorePlace {
  readonly account: string;
  readonly front: Front;
  /** Azurite itself, behind the front. */
  readonly emulator: string;
  /** The same container, through a client that shares nothing with the driver, and goes past the front. */
  readonly admin: ContainerClient;
  /** Opens the container, or what is said otherwise. */
  open(definition?: Partial<StoreDefinition>, environment?: Readonly<Record<string, string>>): Driver;
}

/** Starts Azurite and names an empty container in it. */
export async function startAzurePlace(): Promise<AzurePlace> {
  const azurite = await startAzurite();
  const { account, accountKey } = azurite;
  const front = new Front(azurite.endpoint);
  const endpoint = await front.start();
  const container = `state-${randomUUID()}`;
  const key = new StorageSharedKeyCredential(account, accountKey);
  const admin = new ContainerClient(`${azurite.endpoint}/${account}/${container}`, key);
  await admin.create();
  const definition: StoreDefinition = {
    url: `azureblob://${account}/${container}`,
    endpoint,
    credentials: { accountKey: { env: keyVariable } },
    capabilities: lacking,
  };
  const environment = { [keyVariable]: accountKey };
  return {
    name: 'azureblob',
    definition,
    environment,
    secrets: [accountKey],
    account,
    front,
    emulator: azurite.endpoint,
    admin,
    open: (other = {}, variables = environment) =>
      openDriver({ ...definition, ...other }, { environment: variables, clock: systemClock }),
    openConnections: () => front.openConnections,
    requests: () => front.counter.snapshot(),
    close: async () => {
      await front.close();
      await azurite.close();
    },
  };
}

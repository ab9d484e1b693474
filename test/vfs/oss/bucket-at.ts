import { systemClock } from '../../../lib/flow/clock.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/oss/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { OssServer, type OssServerOptions } from '../../loopback/oss/server.ts';

/** The keys of the account that owns everything here. */
export const owner = { id: 'LTAI-owner', secret: 'secret-of-the-owner' };

/** As kOps's users have it. */
export const ownersEnvironment = { ALIYUN_ACCESS_KEY_ID: owner.id, ALIYUN_ACCESS_KEY_SECRET: owner.secret };

/** An OSS of which the owner's keys are known, and what opens buckets in it. */
export interface OssPlaces {
  readonly server: OssServer;
  open(definition: StoreDefinition, environment?: Readonly<Record<string, string | undefined>>): Driver;
  store(definition: StoreDefinition, environment?: Readonly<Record<string, string | undefined>>): Store;
  close(): Promise<void>;
}

/** Starts an OSS. What is opened lies in `cn-hangzhou` unless its definition says otherwise. */
export async function startOss(options: Partial<OssServerOptions> = {}): Promise<OssPlaces> {
  const server = new OssServer({ keys: [owner], ...options });
  await server.start();
  const drivers: Driver[] = [];
  const open: OssPlaces['open'] = (definition, environment = ownersEnvironment) => {
    const place = { endpoint: server.endpoint, region: 'cn-hangzhou', ...definition };
    const driver = openDriver(place, { environment, clock: systemClock });
    drivers.push(driver);
    return driver;
  };
  return {
    server,
    open,
    store: (definition, environment) => new Store(open(definition, environment)),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      await server.close();
    },
  };
}

import type { Clock } from '../../../lib/flow/clock.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { openDriver } from '../../../lib/vfs/vault/open.ts';
import type { KvMount, KvOptions } from '../../loopback/vault/kv.ts';
import { LoopbackVault } from '../../loopback/vault/server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A Vault with one KV mount, `kv`, and what a test needs to look at it from outside. */
export interface LocalVault {
  readonly vault: LoopbackVault;
  readonly kv: KvMount;
  /** A token that may do everything and does not end. */
  readonly root: string;
  /** `vault://127.0.0.1:PORT/kv/?tls=false`: the whole mount. */
  readonly url: string;
  /** Opens a store as kOps would have it, with the root token in the environment unless other variables are given. */
  open(definition?: Partial<StoreDefinition>, environment?: Environment): Driver;
  store(definition?: Partial<StoreDefinition>, environment?: Environment): Store;
  close(): Promise<void>;
}

/** Starts a Vault. `clock` is that of the server and of all drivers. */
export async function startLocalVault(options: KvOptions = {}, clock: Clock = systemClock): Promise<LocalVault> {
  const vault = new LoopbackVault({ now: () => clock.now() });
  await vault.start();
  const kv = vault.mountKv('kv', options);
  const root = vault.tokens.create().id;
  const url = `vault://${vault.host}/kv/?tls=false`;
  const drivers: Driver[] = [];
  const open: LocalVault['open'] = (definition = {}, environment = { VAULT_TOKEN: root }) => {
    const driver = openDriver({ url, ...definition }, { environment, clock });
    drivers.push(driver);
    return driver;
  };
  return {
    vault,
    kv,
    root,
    url,
    open,
    store: (definition, environment) => new Store(open(definition, environment)),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      await vault.close();
    },
  };
}

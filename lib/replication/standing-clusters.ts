import type { KeyInfo } from '../kops/layout.ts';
import type { Store } from '../vfs/store.ts';

/** The classes that a store may hold outside of any cluster's prefix, where no `config` stands for them. */
const homeless: ReadonlySet<KeyInfo['class']> = new Set(['etcd-backup', 'discovery', 'unknown']);

/**
 * Which clusters stand at the source: those that have a `config`.
 *
 * While a cluster has none, nothing of it is deleted at a destination (docs/promises.md, 6): a source that was emptied, or a bucket of the wrong name,
 * must not empty its replicas. Looks once a cluster and window.
 */
export class StandingClusters {
  readonly #source: Store;
  readonly #destination: Store;
  readonly #signal: AbortSignal;
  readonly #looks = new Map<string, Promise<boolean>>();

  constructor(source: Store, destination: Store, signal: AbortSignal) {
    this.#source = source;
    this.#destination = destination;
    this.#signal = signal;
  }

  /** The `config` that is missing at the source, so that an object of this kind must not be deleted; undefined when it may be. */
  async missingConfig({ cluster, class: objectClass }: KeyInfo): Promise<string | undefined> {
    const config = cluster === undefined ? 'config' : `${cluster}/config`;
    if (await this.#has(this.#source, config)) {
      return undefined;
    }
    // Without a cluster in its key, an object belongs to none, unless the store begins inside one: then the replica has that cluster's config.
    const belongsToNone = cluster === undefined && homeless.has(objectClass);
    return belongsToNone && !(await this.#has(this.#destination, config)) ? undefined : config;
  }

  #has(store: Store, config: string): Promise<boolean> {
    const name = `${store === this.#source ? 'source' : 'destination'} ${config}`;
    const known = this.#looks.get(name);
    if (known !== undefined) {
      return known;
    }
    const look = store.find(config, { signal: this.#signal }).then((stat) => stat !== undefined);
    this.#looks.set(name, look);
    return look;
  }
}

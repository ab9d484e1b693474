import type { Store } from '../vfs/store.ts';

/**
 * Which clusters stand at the source: those that have a `config`.
 *
 * While a cluster has none, nothing of it is deleted at a destination (DESIGN §5, promise 6): a source that was emptied,
 * or a bucket of the wrong name, must not empty its replicas. Looks once a cluster and window.
 */
export class StandingClusters {
  readonly #source: Store;
  readonly #signal: AbortSignal;
  readonly #looks = new Map<string, Promise<boolean>>();

  constructor(source: Store, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** Whether the cluster has this `config`. */
  stands(config: string): Promise<boolean> {
    const known = this.#looks.get(config);
    if (known !== undefined) {
      return known;
    }
    const look = this.#source.find(config, { signal: this.#signal }).then((stat) => stat !== undefined);
    this.#looks.set(config, look);
    return look;
  }
}

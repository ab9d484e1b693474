/** How many deletes one window may carry out in one cluster: one batch of events, or one reconcile. */
export interface BrakeLimits {
  /** Deletes of everything but pruned backups. */
  readonly deletes: number;
  /** Etcd backups that the source has pruned; a backup counts once, with its meta and its data. */
  readonly prunedBackups: number;
}

/** What a delete counts as. Meta and data of a backup go at different times, so each has the whole limit. */
export type DeleteKind = 'deletes' | 'metas of pruned backups' | 'data of pruned backups';

/** Stops deleting when more is asked for than is plausible. One brake a window. */
export class Brake {
  readonly #limits: BrakeLimits;
  readonly #used = new Map<string, number>();

  constructor(limits: BrakeLimits) {
    this.#limits = limits;
  }

  /** Takes a slot for one delete. False when the window has none left: the delete must not happen. */
  reserve(cluster: string, kind: DeleteKind): boolean {
    if (this.left(cluster, kind) === 0) {
      return false;
    }
    const name = `${kind} ${cluster}`;
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
    return true;
  }

  /** Slots that are left. */
  left(cluster: string, kind: DeleteKind): number {
    return Math.max(0, this.#limit(kind) - (this.#used.get(`${kind} ${cluster}`) ?? 0));
  }

  /** The sentence for the report of a delete that did not happen. */
  reason(kind: DeleteKind): string {
    return `more than ${this.#limit(kind)} ${kind} in one cluster in one window`;
  }

  #limit(kind: DeleteKind): number {
    return kind === 'deletes' ? this.#limits.deletes : this.#limits.prunedBackups;
  }
}

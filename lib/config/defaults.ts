/** How many deletes one route carries out for one cluster in one batch of events or one reconcile. */
export interface Brake {
  /** Deletes of anything but pruned etcd backups. */
  readonly deletes: number;
  /** Etcd backups that the source has pruned; a backup counts once, with all its objects. */
  readonly prunedBackups: number;
}

/**
 * The brake of a route that sets none.
 *
 * Removing an instance group deletes two or three objects, while the generated files of a small cluster are 18 to 28: fifteen lets a few
 * groups go, and stops the loss of a cluster. Etcd-manager keeps about 250 backups for each etcd cluster (all of one hour, one an hour
 * for seven days, one a day for ninety) and prunes about 26 of them in a day: a hundred lets two etcd clusters catch up after nearly two
 * days, and stops the loss of the history.
 */
export const defaultBrake: Brake = { deletes: 15, prunedBackups: 100 };

/** The globs of a route that names no clusters. */
export const defaultClusters: readonly string[] = ['*'];

/** For how long a cluster has been quiet before it is judged, in seconds. */
export const defaultSettle = 60;

/** What becomes of a cluster's configuration that is invalid: kept back, copied and told of, or copied without having been judged. The strictest first. */
export const gateModes = ['enforce', 'warn', 'off'] as const;
export type GateMode = (typeof gateModes)[number];

/** The gate of a route that says nothing. */
export const defaultGate: GateMode = 'warn';

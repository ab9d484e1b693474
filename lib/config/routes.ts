import type { KeyInfo } from '../kops/layout.ts';
import type { DeletePolicy, ObjectClass } from '../kops/object-class.ts';
import { matchesGlob } from './glob.ts';
import type { ResolvedConfig, ResolvedDestination, ResolvedRoute, ResolvedStore } from './resolved.ts';

/** A route that an event concerns. */
export interface ConcernedRoute {
  readonly route: ResolvedRoute;
  /** The event's key, relative to the source store. */
  readonly key: string;
}

/**
 * The routes whose source holds a key of a bucket, or of a directory.
 *
 * An event does not say at which endpoint its bucket is. Where two sources have buckets of one name, both are meant: the worst is a look at
 * a key that has not changed.
 */
export function routesConcerned(config: ResolvedConfig, bucket: string, key: string): readonly ConcernedRoute[] {
  return config.routes.flatMap((route) => {
    const store = storeNamed(config, route.from);
    const relative = store?.root === bucket ? relativeKey(store, key) : undefined;
    return relative === undefined ? [] : [{ route, key: relative }];
  });
}

/** The store of a name; undefined where the configuration has none. */
export function storeNamed({ stores }: ResolvedConfig, name: string): ResolvedStore | undefined {
  return Object.hasOwn(stores, name) ? stores[name] : undefined;
}

/** The route of a name; undefined where the configuration has none. */
export function routeNamed({ routes }: ResolvedConfig, name: string): ResolvedRoute | undefined {
  return routes.find((route) => route.name === name);
}

/** The destination of a route that writes a store; undefined where it has none. */
export function destinationNamed({ to }: ResolvedRoute, store: string): ResolvedDestination | undefined {
  return to.find((destination) => destination.store === store);
}

/**
 * Whether a destination of a route gets an object. What it does not get is neither read nor deleted there.
 *
 * An object of no cluster belongs to a route that carries all of them, by a lone `*`.
 */
export function carries(
  route: ResolvedRoute,
  destination: ResolvedDestination,
  { class: objectClass, cluster }: Pick<KeyInfo, 'class' | 'cluster'>,
): boolean {
  return objectClass !== undefined && destination.classes.includes(objectClass) && carriesCluster(route, cluster);
}

/** Whether a route carries a cluster; undefined stands for objects of no cluster. */
export function carriesCluster({ clusters }: ResolvedRoute, cluster: string | undefined): boolean {
  return clusters.some((glob) => glob === '*' || (cluster !== undefined && matchesGlob(glob, cluster)));
}

/** What becomes of a replica when its source is deleted. What a destination does not get is kept. */
export function deletePolicyOf(destination: ResolvedDestination, objectClass: ObjectClass): DeletePolicy {
  return destination.deletes[objectClass] ?? 'retain';
}

/** What a route wants of one destination, as replication asks for it. */
export function policyOf(route: ResolvedRoute, destination: ResolvedDestination) {
  return {
    carries: (info: Pick<KeyInfo, 'class' | 'cluster'>): boolean => carries(route, destination, info),
    deletePolicy: (objectClass: ObjectClass): DeletePolicy => deletePolicyOf(destination, objectClass),
  };
}

function relativeKey({ prefix }: ResolvedStore, key: string): string | undefined {
  if (prefix === '') {
    return key;
  }
  return key.startsWith(`${prefix}/`) && key.length > prefix.length + 1 ? key.slice(prefix.length + 1) : undefined;
}

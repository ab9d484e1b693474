import type { DeployedLeg, DeployedRoute } from './deployed-routes.ts';
import { type BucketPlace, type DeployedStore, keyPrefix } from './deployed-store.ts';
import type { DeployedValidation } from './deployed-validation.ts';

/** A bucket that holds replicas, of one route or of several. */
export interface ReplicaBucket {
  readonly place: BucketPlace;
  /** Everything that writes into it. */
  readonly legs: readonly DeployedLeg[];
}

/** A bucket that holds source stores. */
export interface SourceBucket {
  readonly place: BucketPlace;
  readonly routes: readonly DeployedRoute[];
  /** One for each source whose clusters are judged. */
  readonly validations: readonly DeployedValidation[];
  readonly feeds: readonly Feed[];
  /** Whether routes write into the bucket too, so that it is made as a replica. */
  readonly isReplica: boolean;
}

/** The events of one part of a bucket. */
export interface Feed {
  /** What the keys begin with: empty, or ending in a slash. */
  readonly prefix: string;
  /** Each has a queue that gets these events, as each validation has. */
  readonly legs: readonly DeployedLeg[];
  readonly validations: readonly DeployedValidation[];
}

/** The buckets that hold replicas, each once. */
export function replicaBuckets(routes: readonly DeployedRoute[]): readonly ReplicaBucket[] {
  const legs = routes.flatMap((route) => route.legs);
  return byBucket(legs, (leg) => leg.destination).map(([place, inBucket]) => ({ place, legs: inBucket }));
}

/** The buckets that hold sources, each once. */
export function sourceBuckets(
  routes: readonly DeployedRoute[],
  validations: readonly DeployedValidation[] = [],
): readonly SourceBucket[] {
  const replicas = new Set(replicaBuckets(routes).map(({ place }) => place.bucket));
  return byBucket(routes, (route) => route.source).map(([place, inBucket]) => {
    const judged = validations.filter(({ source }) => source.bucket === place.bucket);
    return {
      place,
      routes: inBucket,
      validations: judged,
      feeds: feedsOf(
        inBucket.flatMap((route) => route.legs),
        judged,
      ),
      isReplica: replicas.has(place.bucket),
    };
  });
}

/**
 * One feed for each prefix that lies in no other: S3 refuses two notifications that one event falls under.
 *
 * A queue so gets the events around its own source as well; the function leaves them alone.
 */
function feedsOf(legs: readonly DeployedLeg[], validations: readonly DeployedValidation[]): readonly Feed[] {
  const prefixes = [...new Set(legs.map(({ source }) => keyPrefix(source)))];
  const outermost = prefixes.filter(
    (prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  return outermost.map((prefix) => ({
    prefix,
    legs: legs.filter(({ source }) => keyPrefix(source).startsWith(prefix)),
    validations: validations.filter(({ source }) => keyPrefix(source).startsWith(prefix)),
  }));
}

function byBucket<T>(items: readonly T[], storeOf: (item: T) => DeployedStore): readonly [BucketPlace, readonly T[]][] {
  const groups = new Map<string, { readonly first: DeployedStore; readonly items: T[] }>();
  for (const item of items) {
    const store = storeOf(item);
    const group = groups.get(store.bucket) ?? { first: store, items: [] };
    group.items.push(item);
    groups.set(store.bucket, group);
  }
  return [...groups.values()].map(({ first, items: grouped }) => [first, grouped]);
}

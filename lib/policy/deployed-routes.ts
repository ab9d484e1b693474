import { createHash } from 'node:crypto';
import type { ResolvedConfig, ResolvedRoute, ResolvedStore } from '../config/resolved.ts';
import { storeNamed } from '../config/routes.ts';
import { controlBucket, type DeployedStore, DeploymentError, deployedStore, whyElsewhere } from './deployed-store.ts';

/** A route as it is deployed: in the account and region of its source. */
export interface DeployedRoute {
  readonly name: string;
  readonly source: DeployedStore;
  readonly legs: readonly DeployedLeg[];
  /** The function, and its role, that lists the source and sends its clusters to the queues. */
  readonly reconcile: string;
}

/** One destination of a route. All names are physical ones, so that policies of another account can say them. */
export interface DeployedLeg {
  readonly route: string;
  readonly source: DeployedStore;
  readonly destination: DeployedStore;
  readonly queue: string;
  readonly deadLetterQueue: string;
  /** The function, and its role, that works the queue. */
  readonly replicate: string;
  /** The control store, where the destination can be written under leases only and the control store is a bucket. */
  readonly control?: DeployedStore;
}

/** IAM's limit for role names, and Lambda's for functions. */
const longestName = 64;

/** What is deployed of a configuration, and what is not. */
export interface Deployment {
  readonly routes: readonly DeployedRoute[];
  /** One sentence for each route or destination that lies elsewhere than on AWS: why it is left out. */
  readonly leftOut: readonly string[];
  /** The configuration without what is left out: what the functions carry with them. */
  readonly config: ResolvedConfig;
}

/** Reads from a configuration what is deployed to AWS. Throws `DeploymentError` for what ought to be, and cannot, and where nothing is left. */
export function deploymentOf(config: ResolvedConfig): Deployment {
  const leftOut: string[] = [];
  const routes = config.routes.flatMap((route) => deployedRoute(config, route, leftOut));
  if (routes.length === 0) {
    const reasons = leftOut.length === 0 ? 'routes is empty' : leftOut.join('; ');
    throw new DeploymentError(`there is nothing to deploy: ${reasons}; add a route from one bucket to another`);
  }
  refuseEqualNames(routes.flatMap(({ legs }) => legs));
  refuseContradictions(routes.flatMap(({ source, legs }) => [source, ...legs.map((leg) => leg.destination)]));
  return { routes, leftOut, config: { ...config, routes: config.routes.flatMap((route) => kept(route, routes)) } };
}

/** The ARN of a role of ours; roles live where their functions do, in the source's account. */
export function roleArn({ partition, account }: DeployedStore, name: string): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}

/** The ARN of a queue of ours; queues lie beside the source's bucket, as S3 wants it of what it notifies. */
export function queueArn({ partition, account, region }: DeployedStore, name: string): string {
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

function deployedRoute(
  config: ResolvedConfig,
  { name, from, to }: ResolvedRoute,
  leftOut: string[],
): readonly DeployedRoute[] {
  const isOnAws = (what: string, store: string): boolean => {
    const reason = whyElsewhere(store, storeOf(config, store));
    leftOut.push(...(reason === undefined ? [] : [`${what}: ${reason}`]));
    return reason === undefined;
  };
  if (!isOnAws(`route ${name}`, from)) {
    return [];
  }
  const source = deployedStore(from, storeOf(config, from));
  const legs = to
    .filter(({ store }) => isOnAws(`route ${name} to ${store}`, store))
    .map(({ store }) => ({
      ...deployedLeg(name, source, deployedStore(store, storeOf(config, store))),
      ...controlOf(config, { route: name, store, source }),
    }));
  return legs.length === 0 ? [] : [{ name, source, legs, reconcile: `statesync-${name}-reconcile` }];
}

/** The part of a route that is deployed; nothing where none of it is. */
function kept(route: ResolvedRoute, deployed: readonly DeployedRoute[]): readonly ResolvedRoute[] {
  const legs = deployed.find(({ name }) => name === route.name)?.legs ?? [];
  const to = route.to.filter(({ store }) => legs.some(({ destination }) => destination.name === store));
  return to.length === 0 ? [] : [{ ...route, to }];
}

function storeOf(config: ResolvedConfig, name: string): ResolvedStore {
  const store = storeNamed(config, name);
  if (store === undefined) {
    throw new DeploymentError(`a route uses the store ${name}, which is not among stores; add it`);
  }
  return store;
}

function deployedLeg(route: string, source: DeployedStore, destination: DeployedStore): DeployedLeg {
  const queue = `statesync-${route}-${destination.name}`;
  return {
    route,
    source,
    destination,
    queue,
    deadLetterQueue: `${queue}-dlq`,
    replicate: `${shortened(queue, longestName - '-replicate'.length)}-replicate`,
  };
}

/** What a leg needs of the control store. Throws where it needs one and there is none. */
function controlOf(
  config: ResolvedConfig,
  { route, store, source }: { readonly route: string; readonly store: string; readonly source: DeployedStore },
): Pick<DeployedLeg, 'control'> {
  const { capabilities = {} } = storeOf(config, store).definition;
  const { writeIfAbsent, writeIfMatch, deleteIfMatch } = capabilities;
  if (![writeIfAbsent, writeIfMatch, deleteIfMatch].includes(false)) {
    return {};
  }
  const { control } = config;
  if (control === undefined) {
    const what = `route ${route} to ${store} needs a control store, since stores.${store}.capabilities denies conditional changes`;
    throw new DeploymentError(`${what}; name one under control`);
  }
  if (whyElsewhere('control', control) !== undefined) {
    return {}; // Its own credentials let the function in.
  }
  return { control: controlBucket(control, source) };
}

/** A name that is too long ends in a digest instead, so that it stays its own. */
function shortened(name: string, longest: number): string {
  if (name.length <= longest) {
    return name;
  }
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - digest.length - 1)}-${digest}`;
}

/** `a-b` to `c` and `a` to `b-c` read the same once they are joined. */
function refuseEqualNames(legs: readonly DeployedLeg[]): void {
  const seen = new Map<string, DeployedLeg>();
  for (const leg of legs) {
    const other = seen.get(leg.queue);
    if (other !== undefined) {
      const both = [other, leg].map(({ route, destination }) => `route ${route} to ${destination.name}`).join(' and ');
      throw new DeploymentError(`${both} would both be deployed as ${leg.queue}; rename a route or a store`);
    }
    seen.set(leg.queue, leg);
  }
}

/** Stores may share a bucket, which has one account and one region whoever names it. */
function refuseContradictions(stores: readonly DeployedStore[]): void {
  const first = new Map<string, DeployedStore>();
  for (const store of stores) {
    const other = first.get(store.bucket) ?? store;
    first.set(store.bucket, other);
    for (const field of ['account', 'region'] as const) {
      if (store[field] !== other[field]) {
        const what = `stores.${store.name}.${field} is ${store[field]}, and stores.${other.name} names ${other[field]} for the same bucket`;
        throw new DeploymentError(`${what}; a bucket has one ${field}, correct the wrong one`);
      }
    }
  }
}

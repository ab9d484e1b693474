import { defaultDeletePolicy } from '../kops/object-class.ts';
import { s3Schemes } from '../vfs/schemes.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';
import { defaultBrake, defaultClusters, defaultGate, defaultSettle } from './defaults.ts';
import { destinationClasses } from './destination-classes.ts';
import type { ResolvedConfig, ResolvedDestination, ResolvedRoute, ResolvedStore } from './resolved.ts';
import type { Config, DestinationEntry, StoreEntry } from './schema.ts';

/** Fills in what a checked configuration leaves to defaults. Depends on nothing else: the same file gives the same result everywhere. */
export function resolveConfig({
  version,
  control,
  stores,
  routes = [],
  validate,
  waivers = [],
}: Config): ResolvedConfig {
  return {
    version,
    stores: Object.fromEntries(Object.entries(stores).map(([name, entry]) => [name, resolveStore(entry)])),
    routes: routes.map(resolveRoute),
    ...(control !== undefined && { control: resolveControl(control, stores) }),
    ...(validate !== undefined && { validate: { settle: defaultSettle, notify: [], ...validate } }),
    ...(waivers.length > 0 && { waivers }),
  };
}

function resolveControl(control: string, stores: Config['stores']): ResolvedStore {
  const entry = Object.hasOwn(stores, control) ? stores[control] : undefined;
  return resolveStore(entry ?? { url: control });
}

/** One store entry, ready to be opened. */
export function resolveStore(entry: StoreEntry): ResolvedStore {
  const { scheme, root, prefix } = parseStoreUrl(entry.url);
  const isCompatible = s3Schemes.has(scheme) && entry.endpoint !== undefined;
  const pathStyle = isCompatible ? { pathStyle: entry.pathStyle ?? true } : {};
  return { definition: { ...entry, ...pathStyle }, scheme, root, prefix };
}

/** One route with its defaults; also for a route that stands in no file, such as that of one `sync` by hand. */
export function resolveRoute(route: NonNullable<Config['routes']>[number]): ResolvedRoute {
  const { name, from, clusters = defaultClusters, gate = defaultGate, brake, to } = route;
  return { name, from, clusters, gate, brake: { ...defaultBrake, ...brake }, to: to.map(resolveDestination) };
}

function resolveDestination(entry: DestinationEntry): ResolvedDestination {
  const classes = destinationClasses(entry);
  const deletes = classes.map((name) => [name, entry.deletes?.[name] ?? defaultDeletePolicy[name]] as const);
  return { store: entry.store, classes, deletes: Object.fromEntries(deletes) };
}

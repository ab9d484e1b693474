import type { z } from 'zod';
import type { Capabilities } from '../vfs/capabilities.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';
import { isOnlyLikeS3 } from '../vfs/unproven.ts';
import type { Environment } from './env.ts';
import { type Place, type PlacedDefinition, placeOf } from './place.ts';
import { entriesOf, fieldsOf } from './plain-data.ts';
import { configSchema, type DestinationEntry, destinationSchema, routeSchema } from './schema.ts';
import { storeSchema } from './store-schema.ts';
import { waiverSchema } from './waiver-schema.ts';
import type { Path } from './yaml-source.ts';

/**
 * The parts of a file that are right by themselves, for the checks that look at several of them.
 *
 * A part that is wrong is absent: nothing is said of it that would change once it is mended.
 */
export interface Draft {
  /** Of all stores, right or not. */
  readonly storeNames: ReadonlySet<string>;
  readonly stores: ReadonlyMap<string, DraftStore>;
  readonly routes: readonly DraftRoute[];
  /** Undefined where none is named, or wrongly. */
  readonly control: DraftControl | undefined;
  /** Whether a control store is named at all, rightly or not. */
  readonly namesControl: boolean;
  /** Whether clusters are to be judged. */
  readonly validates: boolean;
  readonly waivers: readonly DraftWaiver[];
}

/** A waiver, as far as it is right. */
export interface DraftWaiver {
  readonly path: Path;
  readonly rule: string | undefined;
}

/** The control store. */
export interface DraftControl {
  /** The name of a store, where no URL is written. */
  readonly name: string | undefined;
  /** Undefined where it is named, and there is no such store, or it is wrong. */
  readonly store: Pick<DraftStore, 'scheme' | 'onlyLikeS3' | 'place' | 'capabilities'> | undefined;
}

export interface DraftStore {
  readonly path: Path;
  readonly name: string;
  readonly scheme: string;
  /** What is written of where it is; all of it is right. */
  readonly definition: PlacedDefinition;
  /** What is pinned; undefined where nothing is, or something of it is wrong. */
  readonly capabilities: Partial<Capabilities> | undefined;
  readonly place: Place;
  /** Whether its driver takes it for a store that is compatible with Amazon S3. */
  readonly onlyLikeS3: boolean;
  /** The names of all that is written, right or not. */
  readonly fields: ReadonlySet<string>;
}

export interface DraftRoute {
  readonly path: Path;
  readonly name: string | undefined;
  readonly from: string | undefined;
  /** Undefined when they are wrong; none when they are not said. */
  readonly clusters: readonly string[] | undefined;
  readonly destinations: readonly DraftDestination[];
}

export interface DraftDestination {
  readonly path: Path;
  readonly store: string | undefined;
  /** The whole of it; undefined when anything in it is wrong. */
  readonly entry: DestinationEntry | undefined;
}

/** A route and one of its destinations, with both stores. */
export interface Leg {
  readonly route: DraftRoute;
  readonly destination: DraftDestination;
  readonly from: DraftStore;
  readonly to: DraftStore;
}

/** Takes the right parts out of plain data. */
export function draftOf(data: unknown, environment: Environment): Draft {
  const file = fieldsOf(data);
  const entries = fieldsOf(file.get('stores'));
  const stores = new Map([...entries].flatMap(([name, value]) => draftStore(name, value, environment)));
  return {
    storeNames: new Set(entries.keys()),
    stores,
    control: draftControl(right(configSchema.shape.control, file.get('control')), stores, environment),
    namesControl: file.has('control'),
    validates: file.has('validate'),
    routes: entriesOf(file.get('routes')).map((route, index) => draftRoute(['routes', index], fieldsOf(route))),
    waivers: entriesOf(file.get('waivers')).map((waiver, index) => ({
      path: ['waivers', index],
      rule: right(waiverSchema.shape.rule, fieldsOf(waiver).get('rule')),
    })),
  };
}

/** Every route with each of its destinations, as far as their stores are known. */
export function legsOf({ routes, stores }: Draft): readonly Leg[] {
  return routes.flatMap((route) =>
    route.destinations.flatMap((destination) => {
      const from = stores.get(route.from ?? '');
      const to = stores.get(destination.store ?? '');
      return from === undefined || to === undefined ? [] : [{ route, destination, from, to }];
    }),
  );
}

/** What decides where a store is, besides its URL. */
const placing = ['endpoint', 'region', 'namespace', 'credentials'] as const;

/** A store whose place is certain: an unknown field may be a mistyped endpoint. */
function draftStore(name: string, value: unknown, environment: Environment): [string, DraftStore][] {
  const { shape } = storeSchema;
  const fields = fieldsOf(value);
  const url = right(shape.url, fields.get('url'));
  const said = placing
    .filter((field) => fields.has(field))
    .map((field) => [field, right(shape[field], fields.get(field))] as const);
  const isCertain =
    [...fields.keys()].every((key) => Object.hasOwn(shape, key)) && said.every(([, part]) => part !== undefined);
  if (url === undefined || !isCertain) {
    return [];
  }
  const definition: PlacedDefinition = { url, ...Object.fromEntries(said) };
  const store: DraftStore = {
    ...{ path: ['stores', name], name, definition, scheme: parseStoreUrl(url).scheme },
    capabilities: right(shape.capabilities, fields.get('capabilities')),
    place: placeOf(definition, environment),
    onlyLikeS3: isOnlyLikeS3(definition, environment),
    fields: new Set(fields.keys()),
  };
  return [[name, store]];
}

function draftControl(
  text: string | undefined,
  stores: ReadonlyMap<string, DraftStore>,
  environment: Environment,
): DraftControl | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!text.includes('://')) {
    return { name: text, store: stores.get(text) };
  }
  const definition = { url: text };
  const place = placeOf(definition, environment);
  const onlyLikeS3 = isOnlyLikeS3(definition, environment);
  return { name: undefined, store: { scheme: parseStoreUrl(text).scheme, onlyLikeS3, place, capabilities: undefined } };
}

function draftRoute(path: Path, fields: ReadonlyMap<string, unknown>): DraftRoute {
  const { shape } = routeSchema;
  return {
    path,
    name: right(shape.name, fields.get('name')),
    from: right(shape.from, fields.get('from')),
    clusters: fields.has('clusters') ? right(shape.clusters, fields.get('clusters')) : [],
    destinations: entriesOf(fields.get('to')).map((value, index) => ({
      path: [...path, 'to', index],
      store: right(destinationSchema.shape.store, fieldsOf(value).get('store')),
      entry: right(destinationSchema, value),
    })),
  };
}

function right<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
  return schema.safeParse(value).data;
}

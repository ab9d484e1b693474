import type { z } from 'zod';
import type { Environment } from './env.ts';
import { type Place, placeOf } from './place.ts';
import { type DestinationEntry, destinationSchema, routeSchema } from './schema.ts';
import { storeSchema } from './store-schema.ts';
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
}

export interface DraftStore {
  readonly path: Path;
  readonly name: string;
  readonly url: string;
  readonly endpoint: string | undefined;
  readonly place: Place;
  /** All that is written, right or not. */
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
  const stores = fieldsOf(file.get('stores'));
  return {
    storeNames: new Set(stores.keys()),
    stores: new Map([...stores].flatMap(([name, value]) => draftStore(name, value, environment))),
    routes: list(file.get('routes')).map((route, index) => draftRoute(['routes', index], fieldsOf(route))),
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

/** A store whose place is certain: an unknown field may be a mistyped endpoint. */
function draftStore(name: string, value: unknown, environment: Environment): [string, DraftStore][] {
  const { shape } = storeSchema;
  const fields = fieldsOf(value);
  const url = right(shape.url, fields.get('url'));
  const endpoint = right(shape.endpoint, fields.get('endpoint'));
  const isCertain =
    [...fields.keys()].every((key) => Object.hasOwn(shape, key)) && (endpoint !== undefined || !fields.has('endpoint'));
  if (url === undefined || !isCertain) {
    return [];
  }
  const place = placeOf(endpoint === undefined ? { url } : { url, endpoint }, environment);
  return [[name, { path: ['stores', name], name, url, endpoint, place, fields: new Set(fields.keys()) }]];
}

function draftRoute(path: Path, fields: ReadonlyMap<string, unknown>): DraftRoute {
  const { shape } = routeSchema;
  return {
    path,
    name: right(shape.name, fields.get('name')),
    from: right(shape.from, fields.get('from')),
    clusters: fields.has('clusters') ? right(shape.clusters, fields.get('clusters')) : [],
    destinations: list(fields.get('to')).map((value, index) => ({
      path: [...path, 'to', index],
      store: right(destinationSchema.shape.store, fieldsOf(value).get('store')),
      entry: right(destinationSchema, value),
    })),
  };
}

function right<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> | undefined {
  return schema.safeParse(value).data;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

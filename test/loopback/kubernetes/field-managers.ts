import { isDeepStrictEqual } from 'node:util';
import type { ManagedFields, Secret, SentSecret } from './objects.ts';

/** A field by its path, such as `data/content`, and what it holds. */
type Fields = ReadonlyMap<string, unknown>;

/** Which fields each manager wrote last, and when it last did ("Server-Side Apply", field management). */
type Owners = ReadonlyMap<string, { readonly time: string; readonly paths: ReadonlySet<string> }>;

/** Notes what a manager changes: it owns what it changed, others lose it, and nobody owns what is gone. */
export function managedFields(
  before: Secret | undefined,
  after: SentSecret,
  manager: string,
  time: string,
): readonly ManagedFields[] {
  const old = fieldsOf(before ?? {});
  const fields = fieldsOf(after);
  const changed = [...fields].filter(([path, value]) => !isDeepStrictEqual(old.get(path), value)).map(([path]) => path);
  const owners = new Map(ownersOf(before?.metadata.managedFields ?? []));
  for (const [name, { paths, time: since }] of owners) {
    const kept = [...paths].filter((path) => fields.has(path) && (name === manager || !changed.includes(path)));
    owners.set(name, { time: since, paths: new Set(kept) });
  }
  if (changed.length > 0) {
    owners.set(manager, { time, paths: new Set([...(owners.get(manager)?.paths ?? []), ...changed]) });
  }
  return [...owners].filter(([, { paths }]) => paths.size > 0).map(([name, owned]) => entryOf(name, owned));
}

function fieldsOf({ data, type, immutable, metadata: { labels, annotations, finalizers } = {} }: SentSecret): Fields {
  const maps = { data: data ?? {}, 'metadata/labels': labels ?? {}, 'metadata/annotations': annotations ?? {} };
  const inMaps = Object.entries(maps).flatMap(([path, map]) =>
    Object.entries(map).map(([name, value]) => [`${path}\n${name}`, value] as const),
  );
  const single = Object.entries({ type, immutable, 'metadata/finalizers': finalizers });
  return new Map([...inMaps, ...single.filter(([, value]) => value !== undefined)]);
}

function ownersOf(entries: readonly ManagedFields[]): Owners {
  return new Map(
    entries.map(({ manager, time, fieldsV1 }) => [manager, { time, paths: new Set(pathsOf(fieldsV1)) }] as const),
  );
}

function pathsOf(fields: object): readonly string[] {
  const { 'f:metadata': metadata = {}, ...others } = fields as Record<string, Record<string, object>>;
  const nested: [string, object][] = [
    ...Object.entries(others).map(([name, value]): [string, object] => [name.slice(2), value]),
    ...Object.entries(metadata).map(([name, value]): [string, object] => [`metadata/${name.slice(2)}`, value]),
  ];
  return nested.flatMap(([path, value]) =>
    Object.keys(value).length === 0 ? [path] : Object.keys(value).map((name) => `${path}\n${name.slice(2)}`),
  );
}

function entryOf(
  manager: string,
  { time, paths }: { readonly time: string; readonly paths: ReadonlySet<string> },
): ManagedFields {
  const fieldsV1: FieldSet = {};
  for (const path of paths) {
    const [place = '', name] = path.split('\n');
    const steps = [...place.split('/'), ...(name === undefined ? [] : [name])];
    steps.reduce<FieldSet>((set, step) => below(set, `f:${step}`), fieldsV1);
  }
  return { manager, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1 };
}

/** A set of fields by name, each with the fields in it. */
interface FieldSet {
  [name: string]: FieldSet;
}

function below(set: FieldSet, name: string): FieldSet {
  const found = set[name] ?? {};
  set[name] = found;
  return found;
}

import { detachedShapes, directoryClasses, type KeyShape, shapesByFirstSegment } from './key-shapes.ts';
import type { ObjectClass } from './object-class.ts';

/** The directory of the project's own objects in a store. What lies in it is never state. */
export const ownDirectory = '.statesync';

/** What a key says of the object that it addresses. */
export interface KeyInfo {
  /** What the object is to kOps; undefined for the project's own objects, which are never state. */
  readonly class: ObjectClass | undefined;
  /**
   * The cluster that the object belongs to. It may be path-like (`tests/minimal.example.com`). Undefined where the key does not say it:
   * for objects of no cluster, and in stores that begin inside a cluster's prefix.
   */
  readonly cluster: string | undefined;
  /**
   * The object's own name: of an instance group (also on its node configuration), keyset, secret, addon or additional object; the
   * fingerprint of an SSH key; of a manifest its path without `manifests/` and `.yaml`.
   */
  readonly name?: string;
  /** `main`, `events`, `cilium`, …: the etcd cluster of a backup, a control file or a command. */
  readonly etcdCluster?: string;
  /** The name of the backup's directory, such as `2026-01-31T04:00:00Z-000012`. */
  readonly backup?: string;
}

/** Whether a key is the project's own. That holds wherever a store begins, and no route carries such a key. */
export function isOwnKey(key: string): boolean {
  return key.split('/').includes(ownDirectory);
}

/**
 * Says what a key is to kOps. Every text has an answer, and none throws.
 *
 * The cluster is what precedes the first part that kOps knows. A key that begins with such a part (in a store opened inside a cluster, or in
 * one of keys or secrets only) has its class, and no cluster.
 *
 * @param key relative to the state store's root
 */
export function classify(key: string): KeyInfo {
  if (isOwnKey(key)) {
    return { class: undefined, cluster: undefined };
  }
  const prefixes = [...clusterPrefixes(key), ''];
  return (
    firstDefined(prefixes, (prefix) => matchCluster(key, prefix)) ??
    firstDefined(prefixes, (prefix) => matchDirectory(key, prefix)) ??
    firstDefined(detachedShapes, (shape) => match(shape, key, undefined)) ?? { class: 'unknown', cluster: undefined }
  );
}

/** Every beginning of the key that may be a cluster's prefix, with its `/`, shortest first. */
function clusterPrefixes(key: string): readonly string[] {
  const prefixes: string[] = [];
  for (let end = key.indexOf('/'); end > 0 && key[end - 1] !== '/'; end = key.indexOf('/', end + 1)) {
    prefixes.push(key.slice(0, end + 1));
  }
  return prefixes;
}

function matchCluster(key: string, prefix: string): KeyInfo | undefined {
  const rest = key.slice(prefix.length);
  const shapes = shapesByFirstSegment.get(firstSegment(rest)) ?? [];
  return firstDefined(shapes, (shape) => match(shape, rest, clusterOf(prefix)));
}

function matchDirectory(key: string, prefix: string): KeyInfo | undefined {
  const segment = firstSegment(key.slice(prefix.length));
  const objectClass = key.length > prefix.length + segment.length ? directoryClasses.get(segment) : undefined;
  return objectClass && { class: objectClass, cluster: clusterOf(prefix) };
}

function match(shape: KeyShape, path: string, cluster: string | undefined): KeyInfo | undefined {
  const found = shape.pattern.exec(path);
  if (found === null) {
    return undefined;
  }
  const { name, etcdCluster, backup } = found.groups ?? {};
  return {
    class: shape.class,
    cluster,
    ...(name && { name }),
    ...(etcdCluster && { etcdCluster }),
    ...(backup && { backup }),
  };
}

function clusterOf(prefix: string): string | undefined {
  return prefix === '' ? undefined : prefix.slice(0, -1);
}

function firstSegment(path: string): string {
  const end = path.indexOf('/');
  return end === -1 ? path : path.slice(0, end);
}

function firstDefined<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

import { type Driver, unwrap } from '../driver.ts';
import { entityTag } from '../entity-tag.ts';
import { undefinedWhen } from '../errors.ts';
import type { ObjectKey, Revision } from '../types.ts';
import { OssConnection } from './connection.ts';

/**
 * The headers that name the source of a server-side copy to `destination`, pinned to a revision; undefined unless both buckets lie in one
 * region, where alone OSS copies, and one identity reaches both: the destination's signs the request, and must be able to read the
 * source.
 */
export function copySourceHeaders(
  destination: OssConnection,
  source: Driver,
  from: ObjectKey,
  revision: Revision,
): Readonly<Record<string, string>> | undefined {
  const { driver, key } = unwrap(source, from);
  const { connection } = driver as { readonly connection?: unknown };
  if (!(connection instanceof OssConnection) || !areNeighbours(connection, destination)) {
    return undefined;
  }
  const path = [connection.settings.bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  return { 'x-oss-copy-source': `/${path}`, 'x-oss-copy-source-if-match': entityTag(revision) };
}

/**
 * Resolves to undefined where OSS refuses the copy itself, so that the bytes are sent instead: a policy that allows reading and writing may
 * still deny copying, and a large object of another bucket is copied in parts only. Where reading or writing is what is denied,
 * sending the bytes says so.
 */
export function undefinedWhenRefused<T>(copy: Promise<T>): Promise<T | undefined> {
  return undefinedWhen(copy, 'PermissionDenied', 'Unsupported', 'TooLarge');
}

function areNeighbours(a: OssConnection, b: OssConnection): boolean {
  const placeOf = ({ settings: { endpoint, region } }: OssConnection) => JSON.stringify([endpoint, region]);
  return placeOf(a) === placeOf(b) && a.identity.name === b.identity.name;
}

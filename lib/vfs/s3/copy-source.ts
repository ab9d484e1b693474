import { type Driver, unwrap } from '../driver.ts';
import { undefinedWhen } from '../errors.ts';
import type { ObjectKey } from '../types.ts';
import { S3Connection } from './connection.ts';

/** The fields of a server-side copy that name its source. */
export interface CopySourceFields {
  readonly CopySource: string;
  readonly ExpectedSourceBucketOwner?: string;
}

/**
 * Names the source of a server-side copy to `destination`; undefined unless both buckets lie at one endpoint and one identity reaches
 * both: the destination's signs the request, and must be able to read the source.
 */
export function copySource(destination: S3Connection, source: Driver, from: ObjectKey): CopySourceFields | undefined {
  const { driver, key } = unwrap(source, from);
  const connection = connectionOf(driver);
  if (connection === undefined || !areNeighbours(connection, destination)) {
    return undefined;
  }
  const { bucket, account } = connection.settings;
  const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  return { CopySource: path, ...(account === undefined ? {} : { ExpectedSourceBucketOwner: account }) };
}

/**
 * Resolves to undefined where the store refuses the copy itself, so that the bytes are sent instead: a policy that allows reading and
 * writing may still deny copying (403), and not every store copies under a condition (501). Where reading or writing is what is
 * denied, sending the bytes says so.
 */
export function undefinedWhenRefused<T>(copy: Promise<T>): Promise<T | undefined> {
  return undefinedWhen(copy, 'PermissionDenied', 'Unsupported');
}

function connectionOf(driver: Driver): S3Connection | undefined {
  const { connection } = driver as { readonly connection?: unknown };
  return connection instanceof S3Connection ? connection : undefined;
}

function areNeighbours(a: S3Connection, b: S3Connection): boolean {
  return (
    a.settings.endpoint === b.settings.endpoint && a.settings.amazon === b.settings.amazon && a.identity === b.identity
  );
}

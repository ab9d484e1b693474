import { rangeHeader } from '../byte-range.ts';
import { type Driver, unwrap } from '../driver.ts';
import { isVfsError } from '../errors.ts';
import type { ByteRange, CopyOptions, ObjectKey, Revision, Written } from '../types.ts';
import { SwiftConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import type { LargeObjects } from './large-objects.ts';
import { objectPath } from './names.ts';
import { entityTag, objectHeaders, type Tagged, taggedBy } from './object-fields.ts';

/** An object of a container that can be copied from. */
export interface CopySource {
  readonly connection: SwiftConnection;
  readonly key: ObjectKey;
  readonly revision: Revision;
  readonly range?: ByteRange;
}

/**
 * Copies an object inside an account; undefined where that cannot be done and the bytes must be sent. A large object arrives as one plain object, if it is
 * no larger than one may be.
 */
export async function copyObject(
  connection: SwiftConnection,
  large: LargeObjects,
  source: Driver,
  from: ObjectKey,
  to: ObjectKey,
  options: CopyOptions,
): Promise<Written | undefined> {
  const { precondition, sourceIfMatch, signal } = options;
  const attempt = connection.attempt('copy', to, 'if-match');
  const named = precondition.kind === 'none' ? await sourceOf(connection, source, from, attempt, signal) : undefined;
  if (named === undefined) {
    return undefined;
  }
  const headers = objectHeaders(options, attempt);
  return large.replacing({ key: to, precondition }, attempt, signal, () =>
    copyBytes(connection, { ...named, revision: sourceIfMatch }, { name: to, headers }, attempt, signal),
  );
}

/**
 * Where the source of a copy lies; undefined unless it is in the same account, to which one token is good.
 */
export async function sourceOf(
  connection: SwiftConnection,
  source: Driver,
  from: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Pick<CopySource, 'connection' | 'key'> | undefined> {
  const { driver, key } = unwrap(source, from);
  const other = (driver as { readonly connection?: unknown }).connection;
  if (!(other instanceof SwiftConnection)) {
    return undefined;
  }
  const [theirs, ours] = [await other.account(attempt, signal), await connection.account(attempt, signal)];
  return theirs === ours ? { connection: other, key } : undefined;
}

/**
 * Lets Swift copy an object or a range of it (Object Storage API reference, "Copy object"): the condition of the request is that of the source, which
 * Swift reads as the newest. Undefined where Swift refuses the copy itself: it may not be read with this token, or is too large for one request.
 */
export async function copyBytes(
  connection: SwiftConnection,
  { connection: other, key, revision, range }: CopySource,
  { name, headers }: { readonly name: string; readonly headers: Readonly<Record<string, string>> },
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Tagged | undefined> {
  const copying = {
    ...headers,
    'content-length': '0',
    'x-copy-from': objectPath(other.settings.container, key, attempt),
    'x-fresh-metadata': 'true',
    'if-match': entityTag(revision),
    ...(range && { range: rangeHeader(range) }),
  };
  try {
    const answer = await connection.tell({ method: 'PUT', name, headers: copying }, attempt, signal);
    return taggedBy(answer.headers, connection.believed, attempt);
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      await other.requireContainer(attempt, signal);
    }
    if (isVfsError(error, 'PermissionDenied', 'Unsupported', 'TooLarge')) {
      return undefined;
    }
    throw error;
  }
}

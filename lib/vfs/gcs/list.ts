import { isVfsError, VfsError } from '../errors.ts';
import { isKey } from '../keys.ts';
import type { ListOptions, ListPage, ObjectEntry } from '../types.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { ownPrefix } from './object-names.ts';
import { checksumsOf, dateOf, type ObjectResource, revisionOf, sizeOf } from './object-resource.ts';

/** A page of objects as the JSON API answers it. */
export interface ListDocument {
  readonly kind?: string;
  readonly nextPageToken?: string;
  readonly prefixes?: readonly string[];
  readonly items?: readonly ObjectResource[];
}

/** Most names of one page. */
const maxResults = 1000;

/** One page of keys. */
export async function listObjects(connection: GcsConnection, options: ListOptions): Promise<ListPage> {
  const { prefix, startAfter, signal } = options;
  const attempt = connection.attempt('list', prefix);
  const page = await askPage(connection, queryOf(options), attempt, signal);
  const entries: ObjectEntry[] = [];
  const markers: string[] = [];
  for (const item of visible(page.items ?? [], prefix, startAfter)) {
    const { name = '' } = item;
    if (isKey(name)) {
      entries.push({ key: name, ...entryFields(item, attempt) });
    } else {
      markers.push(name);
    }
  }
  const prefixes: string[] = [];
  for (const text of (page.prefixes ?? []).filter((one) => isVisible(one, prefix))) {
    if (startAfter === undefined || (await holdsMore(connection, text, startAfter, attempt, signal))) {
      prefixes.push(text);
    }
  }
  return { entries, prefixes, markers, ...(page.nextPageToken && { nextPageToken: page.nextPageToken }) };
}

function queryOf({ prefix, delimiter, startAfter, pageToken, pageSize }: ListOptions) {
  return {
    fields: 'kind,nextPageToken,prefixes,items(name,size,generation,md5Hash,crc32c,timeCreated)',
    prefix,
    ...(delimiter && { delimiter }),
    ...(startAfter && { startOffset: startAfter }),
    ...(pageToken && { pageToken }),
    ...(pageSize && { maxResults: String(Math.min(pageSize, maxResults)) }),
  };
}

/** Asks for a page. Throws `Unknown` for an answer that is no listing: it must never pass for a short one. A 404 is that of the bucket. */
export async function askPage(
  connection: GcsConnection,
  query: Readonly<Record<string, string>>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ListDocument> {
  const page = await connection
    .ask<ListDocument>({ method: 'GET', path: connection.objects, query }, attempt, signal)
    .catch((error: unknown) => {
      throw isVfsError(error, 'NotFound') ? connection.noSuchBucket(attempt) : error;
    });
  if (page.kind !== 'storage#objects') {
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no listing' });
  }
  return page;
}

/** Whether a listing of a prefix shows a name: what the driver keeps for itself is seen only by those who look there. */
export function isVisible(name: string, prefix: string): boolean {
  return !name.startsWith(ownPrefix) || prefix.startsWith(ownPrefix);
}

/** The store begins at a name, and the caller wants what comes behind it. */
function visible(items: readonly ObjectResource[], prefix: string, startAfter: string | undefined) {
  return items.filter(({ name = '' }) => isVisible(name, prefix) && name !== startAfter);
}

/** Whether a rolled-up prefix stands for anything behind the name that the listing begins after; it may stand for that name alone. */
async function holdsMore(
  connection: GcsConnection,
  text: string,
  startAfter: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<boolean> {
  if (!startAfter.startsWith(text)) {
    return true;
  }
  const query = { fields: 'kind,items(name)', prefix: text, startOffset: startAfter, maxResults: '2' };
  const { items = [] } = await askPage(connection, query, attempt, signal);
  return items.some(({ name }) => name !== startAfter);
}

function entryFields(item: ObjectResource, attempt: Attempt): Omit<ObjectEntry, 'key'> {
  const modifiedAt = dateOf(item.timeCreated);
  return {
    size: sizeOf(item),
    revision: revisionOf(item, attempt),
    checksums: checksumsOf(item),
    ...(modifiedAt && { modifiedAt }),
  };
}

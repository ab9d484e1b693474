import type { V1ObjectMeta, V1SecretList } from '@kubernetes/client-node';
import { isVfsError, VfsError } from '../errors.ts';
import { compareKeys, isKey } from '../keys.ts';
import { type ListItem, startOf, takePage } from '../listing.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { ListOptions, ListPage, ObjectEntry, ObjectKey } from '../types.ts';
import type { KubernetesConnection } from './connection.ts';
import { recordOf } from './content.ts';
import type { Attempt } from './errors.ts';
import { isRecordOfContent, modifiedAtOf } from './managed-fields.ts';
import { annotationNames, secretName, selectorFor } from './object-names.ts';
import { describeSecret, fetchSecret, secretState } from './read.ts';
import { revisionOf } from './revision.ts';
import { SmallestItems } from './smallest-items.ts';

/** Secrets in one answer, as kubectl asks for them. */
const chunkSize = 500;

/** Keys of one page, when nobody asks for fewer. */
const maxPageSize = 10_000;

/** Metadata only: a listing does not move the contents ("Kubernetes API Concepts", metadata-only fetches). */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * One page of keys, in their order.
 *
 * The API server lists by the names of Secrets, which are digests. So a page takes a walk through the metadata of all Secrets in the prefix's
 * directory, one request for each 500 of them, and keeps the keys that come first: memory grows with the page and not with the
 * store. A Secret of which somebody else has changed the content takes one request more. Rejects with `Unavailable` when the walk takes
 * longer than the API server remembers the state that it walks through (410); the page is then asked for once more, from its start.
 */
export async function listObjects(connection: KubernetesConnection, options: ListOptions): Promise<ListPage> {
  const attempt = connection.attempt('list', options.prefix);
  const pageSize = Math.min(options.pageSize ?? maxPageSize, maxPageSize);
  const found = await walk(connection, options, pageSize + 1, attempt);
  const known = new Map(found.map(({ item, value }) => [item.text, value]));
  const { items, ...next } = await takePage(
    found.map(({ item }) => item),
    pageSize,
  );
  const entries: ObjectEntry[] = [];
  const prefixes: string[] = [];
  const markers: string[] = [];
  for (const { kind, text } of items) {
    if (kind === 'prefix') {
      prefixes.push(text);
      continue;
    }
    const entry = isKey(text)
      ? (known.get(text) ?? (await entryByContent(connection, text, attempt, options.signal)))
      : 'marker';
    if (entry === 'marker') {
      markers.push(text);
    } else if (entry !== 'gone') {
      entries.push(entry);
    }
  }
  return { entries, prefixes, markers, ...next };
}

/** The items of a prefix that come first, each with its entry where the metadata tells it. */
async function walk(
  connection: KubernetesConnection,
  options: ListOptions,
  wanted: number,
  attempt: Attempt,
): Promise<ReturnType<SmallestItems<ObjectEntry | undefined>['sorted']>> {
  const start = startOf(options);
  const smallest = new SmallestItems<ObjectEntry | undefined>(wanted);
  let seen = 0;
  for (let token: string | undefined = ''; token !== undefined; ) {
    const chunk: V1SecretList = await fetchChunk(connection, options, token, attempt);
    const secrets = chunk.items ?? []; // Null, where there are none.
    seen += secrets.length;
    for (const { metadata = {} } of secrets) {
      const key = keyOf(metadata);
      if (key?.startsWith(options.prefix) && compareKeys(key, start) >= 0) {
        smallest.add(rolledUp(key, options), entryByMetadata(key, metadata, attempt));
      }
    }
    token = chunk.metadata?._continue || undefined;
  }
  if (seen === 0) {
    await connection.requireNamespace(attempt, options.signal);
  }
  return smallest.sorted();
}

async function fetchChunk(
  connection: KubernetesConnection,
  { prefix, signal }: ListOptions,
  token: string,
  attempt: Attempt,
): Promise<V1SecretList> {
  const query = { labelSelector: selectorFor(prefix), limit: chunkSize, ...(token === '' ? {} : { _continue: token }) };
  const chunk = await connection.send((api, namespace) => api.listNamespacedSecret({ ...query, namespace }), attempt, {
    signal,
    accept: metadataOnly,
  });
  if (!chunk.kind?.endsWith('List') || chunk.metadata?.resourceVersion === undefined) {
    // What some proxy answers must never pass for a short listing.
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no listing' });
  }
  return chunk;
}

/** The key of an object's Secret; undefined for a Secret that is a copy of one under another name, and whatever else has our label. */
function keyOf({ name, annotations }: V1ObjectMeta): string | undefined {
  const key = annotations?.[annotationNames.key];
  return key !== undefined && secretName(key) === name ? key : undefined;
}

function rolledUp(key: string, { prefix, delimiter }: ListOptions): ListItem {
  const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? { kind: 'key', text: key } : { kind: 'prefix', text: key.slice(0, end + 1) };
}

/** An entry from metadata alone; undefined unless the API server notes that content and record were written together. */
function entryByMetadata(key: string, metadata: V1ObjectMeta, attempt: Attempt): ObjectEntry | undefined {
  const record = recordOf(metadata.annotations);
  if (record === undefined || !isRecordOfContent(metadata) || !isKey(key)) {
    return undefined;
  }
  const revision = revisionOf(secretState({ metadata }, attempt));
  return entryWith({ key, ...record, revision, modifiedAt: modifiedAtOf(metadata) });
}

async function entryByContent(
  connection: KubernetesConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectEntry | 'gone' | 'marker'> {
  const secret = await undefinedWhenAbsent(fetchSecret(connection, key, attempt, signal));
  if (secret === undefined) {
    return 'gone';
  }
  try {
    return entryWith((await describeSecret(secret, key, attempt)).stat);
  } catch (error) {
    if (isVfsError(error, 'InvalidArgument')) {
      return 'marker';
    }
    throw error;
  }
}

function entryWith({
  key,
  size,
  checksums,
  revision,
  modifiedAt,
}: Pick<Required<ObjectEntry>, 'key' | 'size' | 'checksums' | 'revision'> & {
  readonly modifiedAt: Date | undefined;
}): ObjectEntry {
  const { md5 } = checksums;
  return {
    key,
    size,
    checksums,
    revision,
    ...(md5 === undefined ? {} : { contentTag: `md5:${md5}` }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  };
}

import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { unquoted } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import { isKey } from '../keys.ts';
import type { ListOptions, ListPage, ObjectEntry } from '../types.ts';
import type { AzureConnection } from './connection.ts';
import type { Attempt } from './errors.ts';

/** What lies here is no object of the store: listings skip it, unless they ask for it. */
export const ownPrefix = '.statesync/';
/** The service gives no more at a time. */
const maxPageSize = 5000;

/** One page of names. */
export async function listObjects(connection: AzureConnection, options: ListOptions): Promise<ListPage> {
  const { prefix, signal } = options;
  const attempt = connection.attempt('list', prefix);
  const { segment, continuationToken } = await connection.askContainer(attempt, signal, (container) =>
    firstPage(container, options, attempt),
  );
  const visible = (text: string) => prefix.startsWith(ownPrefix) || !text.startsWith(ownPrefix);
  const entries: ObjectEntry[] = [];
  const markers: string[] = [];
  for (const item of segment.blobItems.filter(({ name }) => visible(name))) {
    if (isDirectory(item)) {
      markers.push(`${item.name}/`);
    } else if (isKey(item.name)) {
      entries.push({ key: item.name, ...entryFields(item) });
    } else {
      markers.push(item.name);
    }
  }
  const prefixes = (segment.blobPrefixes ?? []).map(({ name }) => name).filter(visible);
  return { entries, prefixes, markers, ...(continuationToken ? { nextPageToken: continuationToken } : {}) };
}

interface Segment {
  readonly blobItems: readonly BlobItem[];
  readonly blobPrefixes?: readonly { readonly name: string }[];
}

/** Metadata is asked for because it alone tells a directory. */
async function firstPage(
  container: ContainerClient,
  { prefix, delimiter, pageToken, pageSize = maxPageSize, signal }: ListOptions,
  attempt: Attempt,
): Promise<{ readonly segment: Segment; readonly continuationToken?: string }> {
  const options = { ...(prefix && { prefix }), includeMetadata: true, abortSignal: signal };
  const settings = {
    maxPageSize: Math.min(pageSize, maxPageSize),
    ...(pageToken === undefined ? {} : { continuationToken: pageToken }),
  };
  const pages =
    delimiter === undefined
      ? container.listBlobsFlat(options).byPage(settings)
      : container.listBlobsByHierarchy(delimiter, options).byPage(settings);
  const { value, done } = await pages.next();
  if (done === true || value.segment === undefined) {
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no listing' });
  }
  return value;
}

/** A directory of a hierarchical namespace, or what tools put in its place elsewhere: an empty blob with this mark. */
function isDirectory({ metadata = {} }: BlobItem): boolean {
  return Object.entries(metadata).some(([name, value]) => name.toLowerCase() === 'hdi_isfolder' && value === 'true');
}

function entryFields({ properties }: BlobItem): Omit<ObjectEntry, 'key'> {
  const revision = unquoted(properties.etag);
  return {
    size: properties.contentLength ?? 0,
    ...(revision === undefined ? {} : { revision }),
    ...(properties.lastModified === undefined ? {} : { modifiedAt: properties.lastModified }),
  };
}

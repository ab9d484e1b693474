import { hexTag, unquoted } from '../entity-tag.ts';
import { isKey } from '../keys.ts';
import type { ListOptions, ListPage, ObjectEntry } from '../types.ts';
import type { OssConnection } from './connection.ts';
import { childrenOf, decoderOf, type Element, nextOf, textOf, timeOf } from './xml.ts';

/** OSS lists 100 keys unless asked for more, and no more than these. */
const maxKeys = 1000;

/** One page of keys (ListObjectsV2). They travel URL-encoded, because XML cannot hold every character that a key can. */
export async function listObjects(connection: OssConnection, options: ListOptions): Promise<ListPage> {
  const { prefix, delimiter, startAfter, pageToken, pageSize = maxKeys, signal } = options;
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': `${Math.min(pageSize, maxKeys)}`,
    ...(prefix && { prefix }),
    ...(delimiter && { delimiter }),
    ...(pageToken ? { 'continuation-token': pageToken } : startAfter && { 'start-after': startAfter }),
  };
  const attempt = connection.attempt('list', prefix);
  const { tree } = await connection.askXml({ method: 'GET', query }, 'ListBucketResult', attempt, signal);
  const decode = decoderOf(tree);
  const tagged = connection.settings.capabilities.statChecksums.includes('md5');
  const entries: ObjectEntry[] = [];
  const markers: string[] = [];
  for (const listed of childrenOf(tree, 'Contents')) {
    const key = decode(textOf(listed, 'Key') ?? '');
    if (isKey(key)) {
      entries.push({ key, ...entryFields(listed, tagged) });
    } else {
      markers.push(key);
    }
  }
  const prefixes = childrenOf(tree, 'CommonPrefixes').flatMap((one) => textOf(one, 'Prefix') ?? []);
  const next = nextOf(tree, 'NextContinuationToken', attempt);
  return {
    entries,
    prefixes: prefixes.map(decode),
    markers,
    ...(next === undefined ? {} : { nextPageToken: decode(next) }),
  };
}

function entryFields(listed: Element, tagged: boolean): Omit<ObjectEntry, 'key'> {
  const etag = textOf(listed, 'ETag');
  const revision = unquoted(etag);
  const tag = tagged && textOf(listed, 'Type') === 'Normal' ? hexTag(etag) : undefined;
  const modifiedAt = timeOf(listed, 'LastModified');
  return {
    size: Number(textOf(listed, 'Size') ?? 0),
    ...(revision === undefined ? {} : { revision }),
    ...(tag === undefined ? {} : { contentTag: `md5:${tag}` }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  };
}

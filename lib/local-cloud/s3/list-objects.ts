import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { invalidArgument } from './errors.ts';
import { type ListingEntry, type ListingRequest, readListingRequest, shown, walk } from './listing.ts';
import { compareKeys, firstIndex } from './ordered-keys.ts';
import type { StoredObject } from './versions.ts';
import type { XmlNode } from './xml.ts';

/** `ListObjectsV2`. */
export function listObjectsV2(call: BucketCall): Reply {
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after');
  const after = token === undefined ? (startAfter ?? '') : readToken(token);
  const page = readPage(call, after, call.query.get('fetch-owner') === 'true');
  const { request } = page;
  return {
    xml: {
      root: 'ListBucketResult',
      node: {
        ...page.common,
        KeyCount: page.contents.length + page.prefixes.length,
        ContinuationToken: token,
        NextContinuationToken: page.last === undefined ? undefined : writeToken(page.last),
        StartAfter: startAfter === undefined ? undefined : shown(request, startAfter),
        Contents: page.contents,
        CommonPrefixes: page.prefixes,
      },
    },
  };
}

/** `ListObjects`, the first version. */
export function listObjects(call: BucketCall): Reply {
  const marker = call.query.get('marker') ?? '';
  const page = readPage(call, marker, true);
  const { request } = page;
  return {
    xml: {
      root: 'ListBucketResult',
      node: {
        ...page.common,
        Marker: shown(request, marker),
        // Without a delimiter, the last key itself is the next marker.
        NextMarker: page.last === undefined || request.delimiter === '' ? undefined : shown(request, page.last),
        Contents: page.contents,
        CommonPrefixes: page.prefixes,
      },
    },
  };
}

/** What both versions of the listing show. */
interface Page {
  readonly request: ListingRequest;
  readonly common: XmlNode;
  readonly contents: readonly XmlNode[];
  readonly prefixes: readonly XmlNode[];
  /** The last key or prefix of a page that others follow. */
  readonly last: string | undefined;
}

function readPage(call: BucketCall, after: string, withOwner: boolean): Page {
  authorize(call, 's3:ListBucket', { bucket: call.bucket });
  const request = readListingRequest(call, 'max-keys');
  const contents: XmlNode[] = [];
  const prefixes: XmlNode[] = [];
  let last: string | undefined;
  let truncated = false;
  for (const entry of currentEntries(call, request, after)) {
    if (contents.length + prefixes.length >= request.limit) {
      truncated = request.limit > 0;
      break;
    }
    if (entry.kind === 'key') {
      contents.push(contentNode(call, request, entry.object, withOwner));
      last = entry.object.key;
    } else {
      prefixes.push({ Prefix: shown(request, entry.prefix) });
      last = entry.prefix;
    }
  }
  return {
    request,
    contents,
    prefixes,
    last: truncated ? last : undefined,
    common: {
      Name: call.bucket.name,
      Prefix: shown(request, request.prefix),
      Delimiter: request.delimiter === '' ? undefined : shown(request, request.delimiter),
      MaxKeys: request.limit,
      EncodingType: request.encodingType,
      IsTruncated: truncated,
    },
  };
}

type CurrentEntry = { readonly kind: 'key'; readonly object: StoredObject } | Extract<ListingEntry, { kind: 'prefix' }>;

/** Keys whose current version is a delete marker are not there; nor is a prefix under which there are only such. */
function* currentEntries(call: BucketCall, request: ListingRequest, after: string): Iterable<CurrentEntry> {
  const { versions } = call.bucket;
  const keys = versions.keys();
  for (const entry of walk(keys, request, after)) {
    if (entry.kind === 'prefix') {
      if (hasCurrent(call, keys, entry.prefix)) {
        yield entry;
      }
      continue;
    }
    const object = versions.current(entry.key);
    if (object?.kind === 'object') {
      yield { kind: 'key', object };
    }
  }
}

function hasCurrent(call: BucketCall, keys: readonly string[], prefix: string): boolean {
  let index = firstIndex(keys, (key) => compareKeys(key, prefix) >= 0);
  for (let key = keys[index]; key?.startsWith(prefix) === true; key = keys[index]) {
    if (call.bucket.versions.current(key)?.kind === 'object') {
      return true;
    }
    index += 1;
  }
  return false;
}

function contentNode(call: BucketCall, request: ListingRequest, object: StoredObject, withOwner: boolean): XmlNode {
  return {
    Key: shown(request, object.key),
    LastModified: listedTime(object.lastModified),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum.algorithm,
    ChecksumType: object.checksum.type,
    Size: object.content.size,
    Owner: withOwner ? { ID: ownerId(call.bucket.owner) } : undefined,
    StorageClass: object.storageClass,
  };
}

/** Times in listings have the form of milliseconds, and the precision of seconds. */
export function listedTime(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString();
}

/** The canonical user id of an account: 64 hexadecimal digits. */
export function ownerId(account: string): string {
  return account.padStart(64, 'a');
}

function writeToken(last: string): string {
  return Buffer.from(last, 'utf8').toString('base64url');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (token === '' || writeToken(text) !== token) {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
  }
  return text;
}

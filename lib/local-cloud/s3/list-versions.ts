import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { invalidArgument } from './errors.ts';
import { listedTime, ownerId } from './list-objects.ts';
import { type ListingRequest, readListingRequest, shown, walk } from './listing.ts';
import type { Version } from './versions.ts';
import type { XmlNode } from './xml.ts';

type Entry =
  | { readonly kind: 'version'; readonly version: Version; readonly isLatest: boolean }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** `ListObjectVersions`: by key, and for each key the newest first. */
export function listObjectVersions(call: BucketCall): Reply {
  const { bucket } = call;
  authorize(call, 's3:ListBucketVersions', { bucket });
  const request = readListingRequest(call, 'max-keys');
  const keyMarker = call.query.get('key-marker') ?? '';
  const versionMarker = call.query.get('version-id-marker');
  if (versionMarker !== undefined && keyMarker === '') {
    throw invalidArgument(
      'version-id-marker',
      versionMarker,
      'A version-id marker cannot be specified without a key marker.',
    );
  }
  const page: Entry[] = [];
  let truncated = false;
  for (const entry of entriesAfter(call, request, keyMarker, versionMarker)) {
    if (page.length >= request.limit) {
      truncated = request.limit > 0;
      break;
    }
    page.push(entry);
  }
  return {
    xml: {
      root: 'ListVersionsResult',
      node: {
        Name: bucket.name,
        Prefix: shown(request, request.prefix),
        KeyMarker: shown(request, keyMarker),
        VersionIdMarker: versionMarker ?? '',
        ...(truncated ? nextMarkers(request, page.at(-1)) : {}),
        Delimiter: request.delimiter === '' ? undefined : shown(request, request.delimiter),
        MaxKeys: request.limit,
        EncodingType: request.encodingType,
        IsTruncated: truncated,
        Version: page.flatMap((entry) => versionNode(call, request, entry)),
        DeleteMarker: page.flatMap((entry) => markerNode(call, request, entry)),
        CommonPrefixes: page.flatMap((entry) =>
          entry.kind === 'prefix' ? [{ Prefix: shown(request, entry.prefix) }] : [],
        ),
      },
    },
  };
}

/** A version marker means: go on within the key of the key marker, after that version. */
function* entriesAfter(
  call: BucketCall,
  request: ListingRequest,
  keyMarker: string,
  versionMarker: string | undefined,
): Iterable<Entry> {
  const { versions } = call.bucket;
  if (versionMarker !== undefined) {
    const history = versions.history(keyMarker);
    const index = history.findIndex((version) => version.versionId === versionMarker);
    for (const version of index < 0 ? [] : history.slice(index + 1)) {
      yield { kind: 'version', version, isLatest: false };
    }
  }
  for (const entry of walk(versions.keys(), request, keyMarker)) {
    if (entry.kind === 'prefix') {
      yield entry;
      continue;
    }
    for (const [index, version] of versions.history(entry.key).entries()) {
      yield { kind: 'version', version, isLatest: index === 0 };
    }
  }
}

function nextMarkers(request: ListingRequest, last: Entry | undefined): XmlNode {
  if (last?.kind === 'version') {
    return { NextKeyMarker: shown(request, last.version.key), NextVersionIdMarker: last.version.versionId };
  }
  return { NextKeyMarker: shown(request, last?.prefix ?? '') };
}

function versionNode(call: BucketCall, request: ListingRequest, entry: Entry): readonly XmlNode[] {
  if (entry.kind !== 'version' || entry.version.kind !== 'object') {
    return [];
  }
  const { version } = entry;
  return [
    {
      Key: shown(request, version.key),
      VersionId: version.versionId,
      IsLatest: entry.isLatest,
      LastModified: listedTime(version.lastModified),
      ETag: `"${version.etag}"`,
      ChecksumAlgorithm: version.checksum.algorithm,
      ChecksumType: version.checksum.type,
      Size: version.content.size,
      Owner: { ID: ownerId(call.bucket.owner) },
      StorageClass: version.storageClass,
    },
  ];
}

function markerNode(call: BucketCall, request: ListingRequest, entry: Entry): readonly XmlNode[] {
  if (entry.kind !== 'version' || entry.version.kind !== 'delete-marker') {
    return [];
  }
  const { version } = entry;
  return [
    {
      Key: shown(request, version.key),
      VersionId: version.versionId,
      IsLatest: entry.isLatest,
      LastModified: listedTime(version.lastModified),
      Owner: { ID: ownerId(call.bucket.owner) },
    },
  ];
}

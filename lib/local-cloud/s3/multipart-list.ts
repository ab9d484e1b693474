import { authorize } from './access.ts';
import type { Upload } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { listedTime, ownerId } from './list-objects.ts';
import { type ListingRequest, readLimit, readListingRequest, shown, walk } from './listing.ts';
import { findUpload } from './multipart-upload.ts';
import { compareKeys } from './ordered-keys.ts';
import type { XmlNode } from './xml.ts';

/** `ListParts`. */
export function listParts(call: BucketCall): Reply {
  const { bucket, key } = call;
  authorize(call, 's3:ListMultipartUploadParts', { bucket, key });
  const upload = findUpload(call);
  const limit = readLimit(call, 'max-parts');
  const marker = Number(call.query.get('part-number-marker') ?? 0);
  const following = [...upload.parts.values()]
    .filter((part) => part.number > marker)
    .sort((a, b) => a.number - b.number);
  const parts = following.slice(0, limit);
  const { algorithm, type, chosen } = upload.checksum;
  return {
    xml: {
      root: 'ListPartsResult',
      node: {
        Bucket: bucket.name,
        Key: key,
        UploadId: upload.id,
        PartNumberMarker: marker,
        NextPartNumberMarker: parts.at(-1)?.number ?? 0,
        MaxParts: limit,
        IsTruncated: following.length > parts.length,
        ChecksumAlgorithm: chosen ? algorithm : undefined,
        ChecksumType: chosen ? type : undefined,
        StorageClass: upload.storageClass,
        Part: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: listedTime(part.lastModified),
          ETag: `"${part.etag}"`,
          Size: part.content.size,
          ...(chosen ? { [`Checksum${algorithm}`]: part.checksum.toString('base64') } : {}),
        })),
      },
    },
  };
}

/** `ListMultipartUploads`: by key, and for each key the oldest first. */
export function listMultipartUploads(call: BucketCall): Reply {
  const { bucket } = call;
  authorize(call, 's3:ListBucketMultipartUploads', { bucket });
  const request = readListingRequest(call, 'max-uploads');
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';
  const uploads: XmlNode[] = [];
  const prefixes: XmlNode[] = [];
  let last: { readonly key: string; readonly id: string } | undefined;
  let truncated = false;
  for (const entry of entriesAfter(call, request, keyMarker, idMarker)) {
    if (uploads.length + prefixes.length >= request.limit) {
      truncated = request.limit > 0;
      break;
    }
    if (typeof entry === 'string') {
      prefixes.push({ Prefix: shown(request, entry) });
      last = { key: entry, id: '' };
    } else {
      uploads.push(uploadNode(call, request, entry));
      last = entry;
    }
  }
  return {
    xml: {
      root: 'ListMultipartUploadsResult',
      node: {
        Bucket: bucket.name,
        KeyMarker: shown(request, keyMarker),
        UploadIdMarker: idMarker,
        NextKeyMarker: truncated ? shown(request, last?.key ?? '') : undefined,
        NextUploadIdMarker: truncated ? last?.id : undefined,
        Prefix: shown(request, request.prefix),
        Delimiter: request.delimiter === '' ? undefined : shown(request, request.delimiter),
        EncodingType: request.encodingType,
        MaxUploads: request.limit,
        IsTruncated: truncated,
        Upload: uploads,
        CommonPrefixes: prefixes,
      },
    },
  };
}

/** Uploads, and common prefixes as text. */
function* entriesAfter(
  call: BucketCall,
  request: ListingRequest,
  keyMarker: string,
  idMarker: string,
): Iterable<Upload | string> {
  const uploads = [...call.bucket.uploads.values()];
  const keys = [...new Set(uploads.map((upload) => upload.key))].sort(compareKeys);
  if (idMarker !== '') {
    const ofMarker = uploads.filter((upload) => upload.key === keyMarker);
    yield* ofMarker.slice(ofMarker.findIndex((upload) => upload.id === idMarker) + 1);
  }
  for (const entry of walk(keys, request, keyMarker)) {
    if (entry.kind === 'prefix') {
      yield entry.prefix;
    } else {
      yield* uploads.filter((upload) => upload.key === entry.key);
    }
  }
}

function uploadNode(call: BucketCall, request: ListingRequest, upload: Upload): XmlNode {
  const owner = { ID: ownerId(call.bucket.owner) };
  return {
    Key: shown(request, upload.key),
    UploadId: upload.id,
    Initiator: owner,
    Owner: owner,
    StorageClass: upload.storageClass,
    Initiated: listedTime(upload.initiated),
    ChecksumAlgorithm: upload.checksum.chosen ? upload.checksum.algorithm : undefined,
    ChecksumType: upload.checksum.chosen ? upload.checksum.type : undefined,
  };
}

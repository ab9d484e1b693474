import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { readableVersion } from './get-object.ts';
import { ownerId } from './list-objects.ts';
import type { StoredObject } from './versions.ts';
import type { XmlNode } from './xml.ts';

/** `GetObjectAttributes`. */
export function getObjectAttributes(call: BucketCall): Reply {
  authorize(call, 's3:GetObjectAttributes', { bucket: call.bucket, key: call.key });
  const object = readableVersion(call);
  const wanted = (call.header('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const node = Object.fromEntries(wanted.map((name) => attribute(object, name)));
  return {
    headers: {
      'last-modified': new Date(object.lastModified).toUTCString(),
      'x-amz-version-id': call.bucket.shownVersionId(object.versionId),
    },
    xml: { root: 'GetObjectAttributesResponse', node },
  };
}

function attribute(object: StoredObject, name: string): readonly [string, XmlNode[string]] {
  switch (name) {
    case 'ETag':
      return [name, object.etag];
    case 'ObjectSize':
      return [name, object.content.size];
    case 'StorageClass':
      return [name, object.storageClass];
    case 'Checksum': {
      const { algorithm, value, type } = object.checksum;
      return [name, { [`Checksum${algorithm}`]: value, ChecksumType: type }];
    }
    case 'ObjectParts':
      return [name, object.parts === undefined ? undefined : partsNode(object)];
    default:
      throw invalidArgument('x-amz-object-attributes', name, 'Invalid attribute name specified.');
  }
}

function partsNode(object: StoredObject): XmlNode {
  const parts = object.parts ?? [];
  const withChecksum = parts.filter((part) => part.checksum !== undefined);
  return {
    PartsCount: parts.length,
    IsTruncated: false,
    MaxParts: 1000,
    PartNumberMarker: 0,
    NextPartNumberMarker: withChecksum.at(-1)?.number ?? 0,
    Part: withChecksum.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      [`Checksum${object.checksum.algorithm}`]: part.checksum,
    })),
  };
}

/** `GetObjectAcl`: without ACLs, the bucket's owner has full control, and nobody else has any. */
export function getObjectAcl(call: BucketCall): Reply {
  const { bucket, key } = call;
  const versioned = call.query.has('versionId');
  authorize(call, versioned ? 's3:GetObjectVersionAcl' : 's3:GetObjectAcl', { bucket, key });
  readableVersion(call);
  return ownerAcl(bucket.owner);
}

/** `GetBucketAcl`. */
export function getBucketAcl(call: BucketCall): Reply {
  authorize(call, 's3:GetBucketAcl', { bucket: call.bucket });
  return ownerAcl(call.bucket.owner);
}

/** `PutObjectAcl` and `PutBucketAcl`: there are no ACLs. */
export function putAcl(): Reply {
  throw s3Error('AccessControlListNotSupported');
}

function ownerAcl(account: string): Reply {
  const id = ownerId(account);
  return {
    xml: {
      root: 'AccessControlPolicy',
      node: {
        Owner: { ID: id },
        AccessControlList: {
          Grant: {
            Grantee: {
              '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
              '@xsi:type': 'CanonicalUser',
              ID: id,
            },
            Permission: 'FULL_CONTROL',
          },
        },
      },
    },
  };
}

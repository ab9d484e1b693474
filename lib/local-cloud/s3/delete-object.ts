import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { checkIfMatch } from './conditions.ts';
import { notImplemented, S3Error, s3Error } from './errors.ts';
import { authorizeIfMatch } from './put-object.ts';
import { receiveText } from './request-body.ts';
import { checksumHeaderNames } from './stated-checksum.ts';
import { type DeleteMarker, nullVersion } from './versions.ts';
import { childrenNamed, childText, expectOnly, readXml, type XmlElement, type XmlNode } from './xml.ts';

/** What a delete did: which version it removed, or which delete marker it made. */
interface Deleted {
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
}

/** `DeleteObject`. */
export function deleteObject(call: BucketCall): Reply {
  const deleted = deleteOne(call, call.query.get('versionId'), call.header('if-match'));
  return {
    status: 204,
    headers: {
      'x-amz-version-id': deleted.versionId,
      'x-amz-delete-marker': deleted.deleteMarker ? 'true' : undefined,
    },
  };
}

/** `DeleteObjects`: each key stands or falls alone. */
export async function deleteObjects(call: BucketCall): Promise<Reply> {
  const names = Object.keys(call.request.headers);
  if (call.header('content-md5') === undefined && checksumHeaderNames(names).length === 0) {
    throw s3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    });
  }
  const request = readXml(await receiveText(call), 'Delete');
  expectOnly(request, ['Object', 'Quiet']);
  const objects = childrenNamed(request, 'Object');
  if (objects.length === 0 || objects.length > 1000) {
    throw s3Error('MalformedXML', { message: 'The request must name 1 to 1000 objects' });
  }
  const quiet = childText(request, 'Quiet') === 'true';
  const results = objects.map((object) => deleteListed(call, object));
  return {
    xml: {
      root: 'DeleteResult',
      node: {
        Deleted: quiet ? undefined : results.flatMap((result) => result.deleted ?? []),
        Error: results.flatMap((result) => result.error ?? []),
      },
    },
  };
}

function deleteListed(call: BucketCall, object: XmlElement): { readonly deleted?: XmlNode; readonly error?: XmlNode } {
  expectOnly(object, ['Key', 'VersionId', 'ETag']);
  const key = childText(object, 'Key') ?? '';
  const versionId = childText(object, 'VersionId');
  try {
    const deleted = deleteOne({ ...call, key }, versionId, childText(object, 'ETag'));
    return {
      deleted: {
        Key: key,
        VersionId: versionId,
        DeleteMarker: deleted.deleteMarker || undefined,
        DeleteMarkerVersionId: deleted.deleteMarker ? deleted.versionId : undefined,
      },
    };
  } catch (error) {
    if (!(error instanceof S3Error)) {
      throw error;
    }
    return { error: { Key: key, VersionId: versionId, Code: error.code, Message: error.message } };
  }
}

/**
 * Deletes the current object of a key, or one version for good. `If-Match` is judged against the current version: 404
 * where there is none or a delete marker. Together with a version id S3 answers 501.
 */
function deleteOne(call: BucketCall, versionId: string | undefined, ifMatch: string | undefined): Deleted {
  const { bucket, key } = call;
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  authorize(call, action, { bucket, key }, ifMatch === undefined ? {} : { 's3:if-match': ifMatch });
  if (ifMatch !== undefined) {
    if (versionId !== undefined) {
      throw notImplemented('If-Match together with a version id, on a delete,');
    }
    authorizeIfMatch(call, ifMatch);
    checkIfMatch(call, ifMatch, bucket.versions.current(key));
  }
  if (versionId !== undefined) {
    return deleteVersion(call, versionId);
  }
  return bucket.versioning === undefined ? deleteUnversioned(call) : addDeleteMarker(call);
}

function deleteVersion(call: BucketCall, versionId: string): Deleted {
  const { bucket, key, service } = call;
  const removed = bucket.versions.remove(key, versionId);
  if (removed !== undefined) {
    service.publish(bucket, { kind: 'removed', event: 'Delete', key, versionId, cause: call });
  }
  return { versionId, deleteMarker: removed?.kind === 'delete-marker' };
}

function deleteUnversioned(call: BucketCall): Deleted {
  const { bucket, key, service } = call;
  if (bucket.versions.remove(key, nullVersion) !== undefined) {
    service.publish(bucket, { kind: 'removed', event: 'Delete', key, versionId: nullVersion, cause: call });
  }
  return { versionId: undefined, deleteMarker: false };
}

function addDeleteMarker(call: BucketCall): Deleted {
  const { bucket, key, service } = call;
  const versionId = bucket.nextVersionId(service.newVersionId);
  const marker: DeleteMarker = { kind: 'delete-marker', key, versionId, lastModified: service.now() };
  bucket.versions.add(marker);
  service.publish(bucket, { kind: 'removed', event: 'DeleteMarkerCreated', key, versionId, cause: call });
  return { versionId, deleteMarker: true };
}

import { authorize, refuseAcls } from './access.ts';
import type { Bucket } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { checkWriteConditions } from './conditions.ts';
import type { CreatedEvent } from './events.ts';
import { checksumHeaders, encryptionHeaders, etagFor, readAttributes } from './object-headers.ts';
import { receiveBody } from './request-body.ts';
import { readTaggingHeader } from './tagging.ts';
import type { StoredObject } from './versions.ts';

/** `PutObject`. */
export async function putObject(call: BucketCall): Promise<Reply> {
  const { bucket, key, service } = call;
  authorizeWrite(call);
  const tags = readTaggingHeader(call.header('x-amz-tagging'));
  const attributes = readAttributes(call, bucket);
  const body = await receiveBody(call, {
    fallback: 'CRC64NVME',
    maximumSize: service.limits.maximumPutSize,
    discardAbove: service.limits.discardBodiesAbove,
  });
  checkWriteConditions(call);
  const object = store(call, 'Put', {
    ...attributes,
    key,
    tags,
    content: body.content,
    etag: etagFor(body.md5, attributes.encryption),
    md5: body.md5,
    checksum: {
      algorithm: body.checksum.algorithm,
      type: 'FULL_OBJECT',
      value: body.checksum.value.toString('base64'),
    },
  });
  return { headers: writtenHeaders(object, bucket) };
}

/** Throws `AccessDenied` unless the caller may write the key, with all that the request asks for. */
export function authorizeWrite(call: BucketCall, createsObject = true): void {
  const { bucket, key } = call;
  refuseAcls(call);
  authorize(call, 's3:PutObject', { bucket, key }, { 's3:ObjectCreationOperation': String(createsObject) });
  if (call.header('x-amz-acl') !== undefined) {
    authorize(call, 's3:PutObjectAcl', { bucket, key });
  }
  if (call.header('x-amz-tagging') !== undefined) {
    authorize(call, 's3:PutObjectTagging', { bucket, key });
  }
  authorizeIfMatch(call, call.header('if-match'));
}

/** A condition on an entity tag tells the caller about the object, and so needs the right to read it. */
export function authorizeIfMatch(call: BucketCall, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*') {
    authorize(call, 's3:GetObject', { bucket: call.bucket, key: call.key });
  }
}

/** Makes an object the current version of its key, and tells whoever asked for it. */
export function store(
  call: BucketCall,
  event: CreatedEvent,
  draft: Omit<StoredObject, 'kind' | 'versionId' | 'lastModified'>,
): StoredObject {
  const { bucket, service } = call;
  const object: StoredObject = {
    ...draft,
    kind: 'object',
    versionId: bucket.nextVersionId(service.newVersionId),
    lastModified: service.now(),
  };
  bucket.versions.add(object);
  service.publish(bucket, { kind: 'created', event, object, cause: call });
  return object;
}

/** The headers that answer every write of an object. */
export function writtenHeaders(object: StoredObject, bucket: Bucket): Readonly<Record<string, string | undefined>> {
  return {
    etag: `"${object.etag}"`,
    'x-amz-version-id': bucket.shownVersionId(object.versionId),
    ...encryptionHeaders(object.encryption),
    ...checksumHeaders(object),
  };
}

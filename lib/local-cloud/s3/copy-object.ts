import { authorize } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { isChecksumAlgorithm } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { digestContent } from './content-digest.ts';
import { type CopySource, openCopySource } from './copy-source.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { encryptionHeaders, etagFor, readAttributes, readEncryption, readStorageClass } from './object-headers.ts';
import { authorizeWrite, store } from './put-object.ts';
import { readTaggingHeader } from './tagging.ts';
import type { ObjectAttributes, StoredChecksum, StoredObject, Tag } from './versions.ts';
import type { XmlNode } from './xml.ts';

/** `CopyObject`: the destination shares the source's bytes. */
export async function copyObject(call: BucketCall): Promise<Reply> {
  const { bucket, key } = call;
  authorizeWrite(call);
  const source = openCopySource(call);
  const replaces = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
  refuseIdleCopy(call, source, replaces);
  const attributes = replaces ? readAttributes(call, bucket) : copiedAttributes(call, source.object);
  const tags = copiedTags(call, source);
  const digests = await copiedDigests(call, source.object);
  checkWriteConditions(call);
  const object = store(call, 'Copy', {
    ...attributes,
    key,
    tags,
    content: source.object.content,
    etag: etagFor(digests.md5, attributes.encryption),
    md5: digests.md5,
    checksum: digests.checksum,
  });
  return {
    headers: {
      ...encryptionHeaders(object.encryption),
      'x-amz-version-id': bucket.shownVersionId(object.versionId),
      'x-amz-copy-source-version-id': source.bucket.shownVersionId(source.object.versionId),
    },
    xml: { root: 'CopyObjectResult', node: copyResult(object) },
  };
}

function copyResult(object: StoredObject): XmlNode {
  return {
    LastModified: new Date(object.lastModified).toISOString(),
    ETag: `"${object.etag}"`,
    ChecksumType: object.checksum.type,
    [`Checksum${object.checksum.algorithm}`]: object.checksum.value,
  };
}

function directive(call: BucketCall, header: string): 'COPY' | 'REPLACE' {
  const value = call.header(header) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') {
    throw invalidArgument(header, value, `Unknown ${header.slice('x-amz-'.length).replace('-', ' ')}.`);
  }
  return value;
}

/** S3 refuses to copy an object onto itself unless something of it changes. */
function refuseIdleCopy(call: BucketCall, source: CopySource, replaces: boolean): void {
  const same = source.bucket === call.bucket && source.object.key === call.key;
  const isCurrent = call.bucket.versions.current(call.key) === source.object;
  const changes = ['x-amz-storage-class', 'x-amz-server-side-encryption'].some(
    (name) => call.header(name) !== undefined,
  );
  if (same && isCurrent && !replaces && !changes) {
    throw s3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
}

/** Headers and metadata come from the source; storage class and encryption are always the destination's own. */
function copiedAttributes(call: BucketCall, source: StoredObject): ObjectAttributes {
  return {
    systemHeaders: source.systemHeaders,
    metadata: source.metadata,
    storageClass: readStorageClass(call.header),
    encryption: readEncryption(call.header, call.bucket),
  };
}

function copiedTags(call: BucketCall, source: CopySource): readonly Tag[] {
  if (directive(call, 'x-amz-tagging-directive') === 'REPLACE') {
    return readTaggingHeader(call.header('x-amz-tagging'));
  }
  const { tags, key } = source.object;
  if (tags.length > 0) {
    authorize(call, 's3:GetObjectTagging', { bucket: source.bucket, key });
    authorize(call, 's3:PutObjectTagging', { bucket: call.bucket, key: call.key });
  }
  return tags;
}

/** A copy has one part: its checksum is over the whole object, in the algorithm asked for, or else the source's. */
async function copiedDigests(
  call: BucketCall,
  source: StoredObject,
): Promise<{ readonly md5: Buffer; readonly checksum: StoredChecksum }> {
  const algorithm = call.header('x-amz-checksum-algorithm') ?? source.checksum.algorithm;
  if (!isChecksumAlgorithm(algorithm)) {
    throw notImplemented(`The checksum algorithm ${algorithm}`);
  }
  const { checksum, md5 } = source;
  if (md5 !== undefined && checksum.type === 'FULL_OBJECT' && checksum.algorithm === algorithm) {
    return { md5, checksum };
  }
  const computed = await digestContent(source.content, algorithm);
  return {
    md5: computed.md5,
    checksum: { algorithm, type: 'FULL_OBJECT', value: computed.checksum.toString('base64') },
  };
}

import { createHash } from 'node:crypto';
import type { Upload, UploadedPart } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { combineCrc, createDigester } from './checksums.ts';
import { checkWriteConditions, unquote } from './conditions.ts';
import { JoinedContent } from './content.ts';
import { s3Error } from './errors.ts';
import { findUpload } from './multipart-upload.ts';
import { encryptionHeaders, etagFor } from './object-headers.ts';
import { authorizeWrite, store } from './put-object.ts';
import { receiveText } from './request-body.ts';
import { checksumHeader } from './stated-checksum.ts';
import type { StoredChecksum, StoredObject } from './versions.ts';
import { childrenNamed, childText, expectOnly, readXml, type XmlElement } from './xml.ts';

/** `CompleteMultipartUpload`. */
export async function completeMultipartUpload(call: BucketCall): Promise<Reply> {
  const { bucket, key } = call;
  authorizeWrite(call);
  // The checksum headers of this request are about the object, not about the request's own body.
  const document = await receiveText(call, true);
  const upload = findUpload(call);
  const parts = chosenParts(upload, readXml(document, 'CompleteMultipartUpload'));
  checkSizes(call, parts);
  const checksum = objectChecksum(upload, parts);
  checkStatedChecksum(call, upload, checksum);
  checkWriteConditions(call);
  const digests = Buffer.concat(parts.map((part) => part.md5));
  const object = store(call, 'CompleteMultipartUpload', {
    systemHeaders: upload.systemHeaders,
    metadata: upload.metadata,
    storageClass: upload.storageClass,
    encryption: upload.encryption,
    key,
    tags: upload.tags,
    content: new JoinedContent(parts.map((part) => part.content)),
    etag: `${etagFor(createHash('md5').update(digests).digest(), upload.encryption)}-${parts.length}`,
    checksum,
    parts: parts.map((part) => ({
      number: part.number,
      size: part.content.size,
      ...(checksum.type === 'COMPOSITE' ? { checksum: part.checksum.toString('base64') } : {}),
    })),
  });
  bucket.uploads.delete(upload.id);
  return {
    headers: {
      ...encryptionHeaders(object.encryption),
      'x-amz-version-id': bucket.shownVersionId(object.versionId),
    },
    xml: { root: 'CompleteMultipartUploadResult', node: completeResult(call, object) },
  };
}

function completeResult(call: BucketCall, object: StoredObject): Readonly<Record<string, string>> {
  return {
    Location: `http://${call.header('host') ?? ''}/${call.bucket.name}/${object.key}`,
    Bucket: call.bucket.name,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ChecksumType: object.checksum.type,
    [`Checksum${object.checksum.algorithm}`]: object.checksum.value,
  };
}

/** The parts that the client lists, each proved to be the one that was uploaded. */
function chosenParts(upload: Upload, request: XmlElement): readonly UploadedPart[] {
  expectOnly(request, ['Part']);
  const listed = childrenNamed(request, 'Part');
  if (listed.length === 0) {
    throw s3Error('MalformedXML');
  }
  let previous = 0;
  return listed.map((element) => {
    const number = Number(childText(element, 'PartNumber'));
    if (!Number.isInteger(number)) {
      throw s3Error('MalformedXML');
    }
    if (number <= previous) {
      throw s3Error('InvalidPartOrder', { details: { UploadId: upload.id } });
    }
    previous = number;
    return provePart(upload, number, element);
  });
}

function provePart(upload: Upload, number: number, element: XmlElement): UploadedPart {
  const { algorithm, type, chosen } = upload.checksum;
  const part = upload.parts.get(number);
  const etag = unquote(childText(element, 'ETag') ?? '');
  const checksums = element.children.filter((child) => child.name.startsWith('Checksum'));
  const wrongChecksum = checksums.some(
    (child) => !chosen || child.name !== `Checksum${algorithm}` || child.text !== part?.checksum.toString('base64'),
  );
  if (part === undefined || part.etag !== etag || wrongChecksum) {
    throw s3Error('InvalidPart', { details: { UploadId: upload.id, PartNumber: number, ETag: etag } });
  }
  if (type === 'COMPOSITE' && checksums.length === 0) {
    throw s3Error('InvalidRequest', {
      message: `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    });
  }
  return part;
}

function checkSizes(call: BucketCall, parts: readonly UploadedPart[]): void {
  const { minimumPartSize } = call.service.limits;
  const small = parts.slice(0, -1).find((part) => part.content.size < minimumPartSize);
  if (small !== undefined) {
    throw s3Error('EntityTooSmall', {
      details: {
        ProposedSize: small.content.size,
        MinSizeAllowed: minimumPartSize,
        PartNumber: small.number,
        ETag: small.etag,
      },
    });
  }
  const size = parts.reduce((sum, part) => sum + part.content.size, 0);
  const stated = call.header('x-amz-mp-object-size');
  if (stated !== undefined && Number(stated) !== size) {
    throw s3Error('InvalidRequest', {
      message: "The provided 'x-amz-mp-object-size' header does not match what was computed",
    });
  }
}

function objectChecksum(upload: Upload, parts: readonly UploadedPart[]): StoredChecksum {
  const { algorithm, type } = upload.checksum;
  if (type === 'COMPOSITE') {
    const digester = createDigester(algorithm);
    digester.update(Buffer.concat(parts.map((part) => part.checksum)));
    return { algorithm, type, value: `${digester.digest().toString('base64')}-${parts.length}` };
  }
  const value = parts
    .slice(1)
    .reduce(
      (whole, part) => combineCrc(algorithm, whole, part.checksum, part.content.size),
      parts[0]?.checksum ?? Buffer.alloc(0),
    );
  return { algorithm, type, value: value.toString('base64') };
}

/** The client may state the checksum of the whole object; on an upload without an algorithm S3 takes no notice. */
function checkStatedChecksum(call: BucketCall, upload: Upload, checksum: StoredChecksum): void {
  const { algorithm, type, chosen } = upload.checksum;
  const mode = call.header('x-amz-checksum-type');
  if (mode !== undefined && mode !== type) {
    throw s3Error('InvalidRequest', {
      message: `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
  const stated = call.header(checksumHeader(algorithm));
  if (chosen && stated !== undefined && stated !== checksum.value) {
    throw s3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
  }
}

import type { Upload, UploadedPart } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { slice } from './content.ts';
import { digestContent } from './content-digest.ts';
import { openCopySource } from './copy-source.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { findUpload, readPartNumber } from './multipart-upload.ts';
import { encryptionHeaders, etagFor } from './object-headers.ts';
import { authorizeWrite } from './put-object.ts';
import { type ReceivedBody, receiveBody } from './request-body.ts';
import { checksumHeader } from './stated-checksum.ts';
import type { StoredObject } from './versions.ts';

/** `UploadPart`; a part takes the place of an earlier one with its number. */
export async function uploadPart(call: BucketCall): Promise<Reply> {
  authorizeWrite(call, false);
  const number = readPartNumber(call);
  const upload = findUpload(call);
  const body = await receiveBody(call, {
    fallback: upload.checksum.algorithm,
    alongside: upload.checksum.algorithm,
    maximumSize: call.service.limits.maximumPutSize,
    discardAbove: call.service.limits.discardBodiesAbove,
  });
  checkPartChecksum(upload, body);
  const part: UploadedPart = {
    number,
    etag: etagFor(body.md5, upload.encryption),
    content: body.content,
    md5: body.md5,
    checksum: body.alongside ?? body.checksum.value,
    lastModified: call.service.now(),
  };
  // The upload may have been completed or aborted while the body was on its way.
  findUpload(call).parts.set(number, part);
  return {
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.encryption),
      [checksumHeader(body.checksum.algorithm)]: body.checksum.value.toString('base64'),
    },
  };
}

/** `UploadPartCopy`: the part shares the source's bytes. */
export async function uploadPartCopy(call: BucketCall): Promise<Reply> {
  authorizeWrite(call, false);
  const number = readPartNumber(call);
  const upload = findUpload(call);
  const source = openCopySource(call);
  const { start, end } = copyRange(call.header('x-amz-copy-source-range'), source.object);
  const content = slice(source.object.content, start, end);
  const { md5, checksum } = await digestContent(content, upload.checksum.algorithm);
  const part: UploadedPart = {
    number,
    etag: etagFor(md5, upload.encryption),
    content,
    md5,
    checksum,
    lastModified: call.service.now(),
  };
  findUpload(call).parts.set(number, part);
  return {
    headers: {
      ...encryptionHeaders(upload.encryption),
      'x-amz-copy-source-version-id': source.bucket.shownVersionId(source.object.versionId),
    },
    xml: {
      root: 'CopyPartResult',
      node: {
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        ...(upload.checksum.chosen
          ? { [`Checksum${upload.checksum.algorithm}`]: part.checksum.toString('base64') }
          : {}),
      },
    },
  };
}

/**
 * An upload that was created for one algorithm takes no other; one over its parts needs the checksum of each. An upload
 * created without an algorithm takes any: it is proved, and then forgotten.
 */
function checkPartChecksum(upload: Upload, body: ReceivedBody): void {
  const { algorithm, type, chosen } = upload.checksum;
  const missing = !body.checksum.stated && type === 'COMPOSITE';
  if (chosen && (missing || body.checksum.algorithm !== algorithm)) {
    const actual = missing ? 'null' : body.checksum.algorithm.toLowerCase();
    throw s3Error('InvalidRequest', {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${actual}`,
    });
  }
}

function copyRange(header: string | undefined, source: StoredObject): { readonly start: number; readonly end: number } {
  const { size } = source.content;
  if (header === undefined) {
    return { start: 0, end: size };
  }
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]) + 1;
  if (match === null || start >= end) {
    throw invalidArgument(
      'x-amz-copy-source-range',
      header,
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (end > size) {
    throw invalidArgument(
      'x-amz-copy-source-range',
      header,
      `Range specified is not valid for source object of size: ${size}`,
    );
  }
  return { start, end };
}

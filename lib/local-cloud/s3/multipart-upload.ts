import { randomBytes } from 'node:crypto';
import { authorize } from './access.ts';
import type { Upload } from './bucket.ts';
import type { BucketCall, Reply } from './call.ts';
import { type ChecksumAlgorithm, type ChecksumType, isChecksumAlgorithm, isCrc } from './checksums.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { encryptionHeaders, readAttributes } from './object-headers.ts';
import { authorizeWrite } from './put-object.ts';
import { readTaggingHeader } from './tagging.ts';

/** `CreateMultipartUpload`. */
export function createMultipartUpload(call: BucketCall): Reply {
  const { bucket, key } = call;
  authorizeWrite(call, false);
  const upload: Upload = {
    ...readAttributes(call, bucket),
    id: randomBytes(24).toString('base64url'),
    key,
    tags: readTaggingHeader(call.header('x-amz-tagging')),
    initiated: call.service.now(),
    checksum: readUploadChecksum(call),
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    headers: {
      ...encryptionHeaders(upload.encryption),
      ...(upload.checksum.chosen
        ? {
            'x-amz-checksum-algorithm': upload.checksum.algorithm,
            'x-amz-checksum-type': upload.checksum.type,
          }
        : {}),
    },
    xml: {
      root: 'InitiateMultipartUploadResult',
      node: { Bucket: bucket.name, Key: key, UploadId: upload.id },
    },
  };
}

/** `AbortMultipartUpload`. */
export function abortMultipartUpload(call: BucketCall): Reply {
  authorize(call, 's3:AbortMultipartUpload', { bucket: call.bucket, key: call.key });
  call.bucket.uploads.delete(findUpload(call).id);
  return { status: 204 };
}

/** The upload that a request names; throws `NoSuchUpload` when it is gone, or belongs to another key. */
export function findUpload(call: BucketCall): Upload {
  const id = call.query.get('uploadId') ?? '';
  const upload = call.bucket.uploads.get(id);
  if (upload === undefined || upload.key !== call.key) {
    throw s3Error('NoSuchUpload', { details: { UploadId: id } });
  }
  return upload;
}

/** The number of the part that a request is about. */
export function readPartNumber(call: BucketCall): number {
  const text = call.query.get('partNumber') ?? '';
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
  }
  return number;
}

/** SHA checksums cannot be combined, so they are always over the parts; CRC-64/NVME is always over the whole. */
function readUploadChecksum(call: BucketCall): Upload['checksum'] {
  const algorithm = call.header('x-amz-checksum-algorithm');
  const type = call.header('x-amz-checksum-type');
  if (algorithm === undefined) {
    if (type !== undefined) {
      throw s3Error('InvalidRequest', {
        message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      });
    }
    return { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', chosen: false };
  }
  if (!isChecksumAlgorithm(algorithm)) {
    throw notImplemented(`The checksum algorithm ${algorithm}`);
  }
  if (type !== undefined && type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw s3Error('InvalidRequest', { message: 'Value for x-amz-checksum-type header is invalid.' });
  }
  return { algorithm, type: checkedType(algorithm, type), chosen: true };
}

function checkedType(algorithm: ChecksumAlgorithm, wanted: ChecksumType | undefined): ChecksumType {
  const type = wanted ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'FULL_OBJECT' ? !isCrc(algorithm) : algorithm === 'CRC64NVME') {
    throw s3Error('InvalidRequest', {
      message: `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return type;
}

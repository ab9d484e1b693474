import { percentDecode, splitTarget } from '../uri.ts';
import { authorize, notFound } from './access.ts';
import type { Bucket } from './bucket.ts';
import type { BucketCall } from './call.ts';
import { checkCopySourceConditions } from './conditions.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import type { StoredObject } from './versions.ts';

/** The object that a copy reads. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/** Finds the source named by `x-amz-copy-source`, and judges the caller's right to read it and the conditions on it. */
export function openCopySource(call: BucketCall): CopySource {
  const { bucketName, key, versionId } = parseCopySource(call.header('x-amz-copy-source') ?? '');
  const bucket = call.service.buckets.get(bucketName);
  if (bucket === undefined) {
    throw s3Error('NoSuchBucket', { details: { BucketName: bucketName } });
  }
  const expectedOwner = call.header('x-amz-source-expected-bucket-owner');
  if (expectedOwner !== undefined && expectedOwner !== bucket.owner) {
    throw s3Error('AccessDenied');
  }
  authorize(call, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', { bucket, key });
  const version = versionId === undefined ? bucket.versions.current(key) : bucket.versions.find(key, versionId);
  if (version?.kind === 'delete-marker' && versionId !== undefined) {
    throw s3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
  }
  if (version?.kind !== 'object') {
    throw notFound({ ...call, key }, bucket, versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion');
  }
  checkCopySourceConditions(call.header, version);
  if (
    version.content.size > call.service.limits.maximumPutSize &&
    call.header('x-amz-copy-source-range') === undefined
  ) {
    throw s3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${call.service.limits.maximumPutSize}`,
    });
  }
  return { bucket, object: version };
}

interface CopySourceName {
  readonly bucketName: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

function parseCopySource(header: string): CopySourceName {
  if (header.startsWith('arn:')) {
    throw notImplemented('A copy source given as an ARN');
  }
  const { path, query } = splitTarget(header);
  const [, bucketName, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodePath(path)) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw invalidArgument(
      'x-amz-copy-source',
      header,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const versionId = query.find(([name]) => name === 'versionId')?.[1];
  return { bucketName, key, versionId };
}

function decodePath(path: string): string {
  try {
    return percentDecode(path);
  } catch (cause) {
    throw s3Error('InvalidURI', { message: `x-amz-copy-source is not valid percent-encoded UTF-8: ${String(cause)}` });
  }
}

import type { Bucket, Content, Version } from './bucket.ts';
import type { Call } from './call.ts';
import { invalidArgument, OssError, preconditionFailed } from './oss-error.ts';

/**
 * The object that `x-oss-copy-source: /bucket/key[?versionId=…]` names, URL-encoded (CopyObject, UploadPartCopy). Source and destination lie in
 * one region.
 */
export function copySource(
  { headers }: Call,
  destination: Bucket,
  buckets: ReadonlyMap<string, Bucket>,
): { readonly bucket: Bucket; readonly version: Version & { readonly content: Content } } {
  const [path = '', versionId] = `${headers['x-oss-copy-source']}`.split('?versionId=');
  const [, name = '', key = ''] = /^\/([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
  const bucket = buckets.get(name);
  if (key === '') {
    throw invalidArgument('Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.');
  }
  if (bucket === undefined) {
    throw new OssError(404, 'NoSuchBucket', 'The specified bucket does not exist.', { elements: { BucketName: name } });
  }
  if (bucket.region !== destination.region) {
    throw new OssError(403, 'AccessDenied', 'Target object does not reside in the same data center as source object.');
  }
  const version = bucket.find(key, versionId);
  const match = headers['x-oss-copy-source-if-match'];
  if (match !== undefined && match !== `"${version.content.etag}"`) {
    throw preconditionFailed('x-oss-copy-source-if-match');
  }
  return { bucket, version };
}

import { notImplemented, s3Error } from './errors.ts';
import type { HeaderLookup } from './stated-checksum.ts';

/** Operation by method, where a query parameter names a sub-resource. */
type Methods = Readonly<Partial<Record<string, string>>>;

const bucketResources: Readonly<Record<string, Methods>> = {
  acl: { GET: 'GetBucketAcl', PUT: 'PutBucketAcl' },
  delete: { POST: 'DeleteObjects' },
  encryption: { GET: 'GetBucketEncryption', PUT: 'PutBucketEncryption', DELETE: 'DeleteBucketEncryption' },
  lifecycle: {
    GET: 'GetBucketLifecycleConfiguration',
    PUT: 'PutBucketLifecycleConfiguration',
    DELETE: 'DeleteBucketLifecycle',
  },
  location: { GET: 'GetBucketLocation' },
  notification: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' },
  'object-lock': { GET: 'GetObjectLockConfiguration' },
  ownershipControls: { GET: 'GetBucketOwnershipControls', PUT: 'PutBucketOwnershipControls' },
  policy: { GET: 'GetBucketPolicy', PUT: 'PutBucketPolicy', DELETE: 'DeleteBucketPolicy' },
  policyStatus: { GET: 'GetBucketPolicyStatus' },
  publicAccessBlock: {
    GET: 'GetPublicAccessBlock',
    PUT: 'PutPublicAccessBlock',
    DELETE: 'DeletePublicAccessBlock',
  },
  uploads: { GET: 'ListMultipartUploads' },
  versioning: { GET: 'GetBucketVersioning', PUT: 'PutBucketVersioning' },
  versions: { GET: 'ListObjectVersions' },
};

const objectResources: Readonly<Record<string, Methods>> = {
  acl: { GET: 'GetObjectAcl', PUT: 'PutObjectAcl' },
  attributes: { GET: 'GetObjectAttributes' },
  tagging: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging', DELETE: 'DeleteObjectTagging' },
  uploadId: {
    GET: 'ListParts',
    PUT: 'UploadPart',
    POST: 'CompleteMultipartUpload',
    DELETE: 'AbortMultipartUpload',
  },
  uploads: { POST: 'CreateMultipartUpload' },
};

/** Query parameters that are no sub-resource. */
const plainParameters = new Set([
  'bucket-region',
  'continuation-token',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'key-marker',
  'list-type',
  'marker',
  'max-keys',
  'max-parts',
  'max-uploads',
  'part-number-marker',
  'partNumber',
  'prefix',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'start-after',
  'upload-id-marker',
  'version-id-marker',
  'versionId',
  'x-id',
]);

/**
 * The name of the operation that a request asks for, as the API reference has it. Throws `NotImplemented` for a
 * sub-resource, or a way to use one, that the embedded S3 has not.
 */
export function routeRequest(
  method: string,
  bucket: string,
  key: string,
  query: ReadonlyMap<string, string>,
  header: HeaderLookup,
): string {
  const named = [...query.keys()].filter((name) => !plainParameters.has(name) && !name.startsWith('X-Amz-'));
  const [resource, ...others] = named;
  if (bucket === '') {
    return serviceOperation(method, resource);
  }
  if (others.length > 0) {
    throw notImplemented(`The combination of ${named.join(' and ')}`);
  }
  const level = key === '' ? 'bucket' : 'object';
  if (resource !== undefined) {
    const operation = (level === 'bucket' ? bucketResources : objectResources)[resource]?.[method];
    if (operation === undefined) {
      throw notImplemented(`${method} of the ${level} sub-resource "${resource}"`);
    }
    return copies(header) && operation === 'UploadPart' ? 'UploadPartCopy' : operation;
  }
  return level === 'bucket' ? bucketOperation(method, query) : objectOperation(method, header);
}

function serviceOperation(method: string, resource: string | undefined): string {
  if (resource !== undefined) {
    throw notImplemented(`The query parameter "${resource}" without a bucket`);
  }
  if (method !== 'GET') {
    throw s3Error('MethodNotAllowed');
  }
  return 'ListBuckets';
}

function bucketOperation(method: string, query: ReadonlyMap<string, string>): string {
  switch (method) {
    case 'PUT':
      return 'CreateBucket';
    case 'HEAD':
      return 'HeadBucket';
    case 'DELETE':
      return 'DeleteBucket';
    case 'GET':
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
    default:
      throw notImplemented(`${method} of a bucket`);
  }
}

function objectOperation(method: string, header: HeaderLookup): string {
  switch (method) {
    case 'PUT':
      return copies(header) ? 'CopyObject' : 'PutObject';
    case 'HEAD':
      return 'HeadObject';
    case 'DELETE':
      return 'DeleteObject';
    case 'GET':
      return 'GetObject';
    default:
      throw notImplemented(`${method} of an object`);
  }
}

function copies(header: HeaderLookup): boolean {
  return header('x-amz-copy-source') !== undefined;
}

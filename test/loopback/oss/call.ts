import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { invalidArgument, OssError } from './oss-error.ts';

/** A request in its parts. */
export interface Call {
  readonly method: string;
  /** Of the host: `<bucket>.oss-<region>.aliyuncs.com`, also `-internal` ("Regions and endpoints"). */
  readonly bucket: string;
  readonly region: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  /** Parameters; those without a value are empty. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  /** What it is called in the API reference: `PutObject`. */
  readonly operation: string;
}

/** Reads the line and the headers of a request. The path is taken as it came: `.` and `..` are names like any others. */
export function parseCall(request: IncomingMessage): Call {
  const { method = '', url = '', headers } = request;
  const host = headers.host ?? '';
  const [, bucket, region] = /^([^.]+)\.oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com(?::\d+)?$/.exec(host) ?? [];
  if (bucket === undefined || region === undefined) {
    throw invalidArgument('The host names no bucket of this service.', { ArgumentName: 'Host', ArgumentValue: host });
  }
  const [path = '', search = ''] = url.split(/\?(.*)/s, 2);
  const key = decodeURIComponent(path.slice(1));
  const query = parseQuery(search);
  requireName(key);
  const call = { method, bucket, region, key, query, headers };
  return { ...call, operation: operationOf(call) };
}

function parseQuery(search: string): ReadonlyMap<string, string> {
  const pairs = search === '' ? [] : search.split('&');
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return [decodeURIComponent(name), decodeURIComponent(value.replaceAll('+', ' '))];
    }),
  );
}

/** "Object naming conventions": 1 to 1,023 bytes of UTF-8 that begin neither with a slash nor with a backslash. */
function requireName(key: string): void {
  if (/^[/\\]/.test(key) || Buffer.byteLength(key) > 1023) {
    throw new OssError(400, 'InvalidObjectName', 'The specified object is not valid.', {
      elements: { ObjectName: key },
    });
  }
}

const ofBucket: Readonly<Record<string, string>> = {
  'GET versioning': 'GetBucketVersioning',
  'GET versions': 'ListObjectVersions',
  'GET list-type': 'ListObjectsV2',
};
const ofUpload: Readonly<Record<string, string>> = {
  POST: 'CompleteMultipartUpload',
  DELETE: 'AbortMultipartUpload',
  GET: 'ListParts',
};
const ofObject: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' };

function operationOf({ method, key, query, headers }: Omit<Call, 'operation'>): string {
  const copies = headers['x-oss-copy-source'] !== undefined;
  if (key === '') {
    const known = Object.entries(ofBucket).find(([name]) => name.startsWith(method) && query.has(name.slice(4)));
    return known?.[1] ?? unknown(method);
  }
  if (query.has('partNumber') && method === 'PUT') {
    return copies ? 'UploadPartCopy' : 'UploadPart';
  }
  if (query.has('uploadId')) {
    return ofUpload[method] ?? unknown(method);
  }
  if (query.has('uploads') && method === 'POST') {
    return 'InitiateMultipartUpload';
  }
  if (method === 'PUT') {
    return copies ? 'CopyObject' : 'PutObject';
  }
  return ofObject[method] ?? unknown(method);
}

function unknown(method: string): never {
  throw new OssError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    elements: { Method: method },
  });
}

import { authorize, notFound } from './access.ts';
import type { BucketCall, Reply } from './call.ts';
import { checkReadConditions } from './conditions.ts';
import { s3Error } from './errors.ts';
import { checksumHeaders, objectHeaders } from './object-headers.ts';
import { type ByteRange, partRange, requestedRange } from './ranges.ts';
import type { StoredObject } from './versions.ts';

/** `GetObject`; also `HeadObject`, whose answer is the same without the body. */
export function getObject(call: BucketCall): Reply {
  const { bucket } = call;
  const object = readableVersion(call);
  const headers = objectHeaders(object, bucket);
  const { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId } = headers;
  checkReadConditions(call.header, object, { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId });
  const partNumber = call.query.get('partNumber');
  const range = partNumber === undefined ? requestedRange(call.header('range'), object) : partRange(partNumber, object);
  const { start, end } = range ?? { start: 0, end: object.content.size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      ...rangeHeaders(range, object),
      ...(partNumber === undefined || object.parts === undefined
        ? {}
        : { 'x-amz-mp-parts-count': String(object.parts.length) }),
      ...(call.header('x-amz-checksum-mode') === 'ENABLED' && range === undefined ? checksumHeaders(object) : {}),
      ...overrides(call),
      'content-length': String(end - start),
    },
    content: { source: object.content, start, end },
  };
}

/** The version that a request to read asks for; throws as S3 does when there is none, or when it is a delete marker. */
export function readableVersion(call: BucketCall): StoredObject {
  const { bucket, key } = call;
  const versionId = call.query.get('versionId');
  authorize(call, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', { bucket, key });
  const version = versionId === undefined ? bucket.versions.current(key) : bucket.versions.find(key, versionId);
  if (version === undefined) {
    throw notFound(call, bucket, versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion');
  }
  if (version.kind === 'object') {
    return version;
  }
  const headers = {
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': version.versionId,
    'last-modified': new Date(version.lastModified).toUTCString(),
  };
  if (versionId === undefined) {
    throw notFound(call, bucket, 'NoSuchKey', headers);
  }
  throw s3Error('MethodNotAllowed', { headers: { ...headers, allow: 'DELETE' } });
}

function rangeHeaders(
  range: ByteRange | undefined,
  object: StoredObject,
): Readonly<Record<string, string | undefined>> {
  return range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${object.content.size}` };
}

/** Headers that a reader may set for the answer to its own request, by query parameter. */
function overrides(call: BucketCall): Readonly<Record<string, string>> {
  const given = [...call.query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(given.map(([name, value]) => [name.slice('response-'.length), value]));
}

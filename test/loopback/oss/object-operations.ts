import { createHash } from 'node:crypto';
import type { OssAnswer } from './answer.ts';
import { type Bucket, type Content, normalContent, type Version } from './bucket.ts';
import type { Call } from './call.ts';
import { copySource } from './copy-source.ts';
import { keptHeaders, refuseOverwrite } from './kept-headers.ts';
import { invalidArgument, OssError, preconditionFailed } from './oss-error.ts';
import { document, element } from './xml.ts';

/** PutObject. */
export function putObject(call: Call, bucket: Bucket, bytes: Uint8Array): OssAnswer {
  refuseConditions(call);
  verifyMd5(call, bytes);
  const content = normalContent(bytes, keptHeaders(call));
  refuseOverwrite(call, bucket.versioning !== undefined, bucket.current(call.key) !== undefined);
  const version = bucket.add(call.key, content);
  const md5 = Buffer.from(content.etag, 'hex').toString('base64');
  return { status: 200, headers: { ...digestHeaders(content), ...versionHeader(bucket, version), 'Content-MD5': md5 } };
}

/** GetObject and HeadObject. */
export function getObject(call: Call, bucket: Bucket): OssAnswer {
  const version = bucket.find(call.key, call.query.get('versionId'));
  const { content } = version;
  const refusal = readRefusal(call, content);
  const headers = {
    ...digestHeaders(content),
    ...content.headers,
    ...versionHeader(bucket, version),
    'x-oss-object-type': content.type,
    'x-oss-storage-class': 'Standard',
    'Last-Modified': new Date(version.modifiedAt).toUTCString(),
    'Accept-Ranges': 'bytes',
  };
  if (refusal === 'not modified') {
    return { status: 304, headers: { ETag: `"${content.etag}"` } };
  }
  const size = content.bytes.byteLength;
  const range = rangeOf(call, size);
  if (range === undefined) {
    return { status: 200, headers: { ...headers, 'Content-Length': `${size}` }, body: content.bytes };
  }
  const body = content.bytes.subarray(range.first, range.last + 1);
  const partial = {
    'Content-Range': `bytes ${range.first}-${range.last}/${size}`,
    'Content-Length': `${body.byteLength}`,
  };
  return { status: 206, headers: { ...headers, ...partial }, body };
}

/** DeleteObject: 204 whether there is an object or not. */
export function deleteObject(call: Call, bucket: Bucket): OssAnswer {
  const id = call.query.get('versionId');
  const version = id === undefined ? bucket.remove(call.key) : bucket.removeVersion(call.key, id);
  const marker = version !== undefined && version.content === undefined ? { 'x-oss-delete-marker': 'true' } : {};
  return { status: 204, headers: { ...marker, ...versionHeader(bucket, version) } };
}

/** CopyObject. */
export function copyObject(call: Call, bucket: Bucket, buckets: ReadonlyMap<string, Bucket>): OssAnswer {
  const { version } = copySource(call, bucket, buckets);
  const directive = call.headers['x-oss-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw invalidArgument('The x-oss-metadata-directive is invalid.', { ArgumentName: 'x-oss-metadata-directive' });
  }
  refuseOverwrite(call, bucket.versioning !== undefined, bucket.current(call.key) !== undefined);
  const headers = directive === 'REPLACE' ? keptHeaders(call) : version.content.headers;
  const copied = bucket.add(call.key, { ...version.content, headers });
  const { etag, crc64 } = version.content;
  const content = element('ETag', `"${etag}"`) + element('LastModified', new Date(copied.modifiedAt).toISOString());
  const told = { 'x-oss-hash-crc64ecma': crc64, ...versionHeader(bucket, copied) };
  return { status: 200, headers: told, body: document('CopyObjectResult', content) };
}

/** Throws where the body does not have the `Content-MD5` that was stated. */
export function verifyMd5({ headers }: Call, bytes: Uint8Array): void {
  const stated = headers['content-md5'];
  if (stated !== undefined && stated !== createHash('md5').update(bytes).digest('base64')) {
    throw new OssError(400, 'InvalidDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

export function digestHeaders({ etag, crc64 }: Pick<Content, 'etag' | 'crc64'>): Readonly<Record<string, string>> {
  return { ETag: `"${etag}"`, 'x-oss-hash-crc64ecma': crc64 };
}

export function versionHeader(bucket: Bucket, version: Version | undefined): Readonly<Record<string, string>> {
  return bucket.versioning === undefined || version === undefined ? {} : { 'x-oss-version-id': version.id };
}

/** PutObject knows no conditions: "A header you provided implies functionality that is not implemented." */
function refuseConditions({ headers }: Call): void {
  const condition = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].find(
    (name) => headers[name] !== undefined,
  );
  if (condition !== undefined) {
    const message = 'A header you provided implies functionality that is not implemented.';
    throw new OssError(400, 'NotImplemented', message, { elements: { Header: condition } });
  }
}

function readRefusal({ headers }: Call, { etag }: Content): 'not modified' | undefined {
  const match = headers['if-match'];
  if (match !== undefined && match !== `"${etag}"`) {
    throw preconditionFailed('If-Match');
  }
  return headers['if-none-match'] === `"${etag}"` ? 'not modified' : undefined;
}

/**
 * The range that is answered; undefined for the whole object. Outside the object a range is ignored, unless `x-oss-range-behavior: standard`
 * is sent (GetObject; "How to obtain OSS resources by segmenting HTTP range requests").
 */
function rangeOf({ headers }: Call, size: number): { readonly first: number; readonly last: number } | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
  if (first === undefined || last === undefined) {
    return undefined;
  }
  const standard = headers['x-oss-range-behavior'] === 'standard';
  if (first >= size) {
    if (standard) {
      throw new OssError(416, 'InvalidRange', 'The requested range cannot be satisfied');
    }
    return undefined;
  }
  return last < size ? { first, last } : standard ? { first, last: size - 1 } : undefined;
}

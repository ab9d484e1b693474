import { randomBytes } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import type { Call } from './call.ts';
import { invalidArgument, notImplemented, s3Error } from './errors.ts';
import { checksumHeader, type HeaderLookup } from './stated-checksum.ts';
import type { Encryption, ObjectAttributes, StoredObject } from './versions.ts';

const systemHeaderNames = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

const storageClasses = new Set(['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR']);

/** Bytes of names and values together, as S3 counts them. */
const maximumMetadataSize = 2048;

/** What a write says of the object: headers, user metadata, storage class, and encryption or else the bucket's own. */
export function readAttributes(call: Call, bucket: Bucket): ObjectAttributes {
  return {
    systemHeaders: readSystemHeaders(call.header),
    metadata: readMetadata(call),
    storageClass: readStorageClass(call.header),
    encryption: readEncryption(call.header, bucket),
  };
}

/** The storage class a request asks for. */
export function readStorageClass(header: HeaderLookup): string {
  const name = header('x-amz-storage-class') ?? 'STANDARD';
  if (!storageClasses.has(name)) {
    throw notImplemented(`The storage class ${name}`);
  }
  return name;
}

/** The encryption a request asks for, or else the bucket's default. */
export function readEncryption(header: HeaderLookup, bucket: Bucket): Encryption {
  const algorithm = header('x-amz-server-side-encryption') ?? bucket.encryption.algorithm;
  if (algorithm === 'AES256') {
    return { algorithm };
  }
  if (algorithm !== 'aws:kms') {
    throw notImplemented(`Server-side encryption with ${algorithm}`);
  }
  const keyId = header('x-amz-server-side-encryption-aws-kms-key-id') ?? bucket.encryption.keyId ?? 'alias/aws/s3';
  const bucketKey = header('x-amz-server-side-encryption-bucket-key-enabled');
  return {
    algorithm,
    keyArn: keyArn(keyId, bucket),
    bucketKey: bucketKey === undefined ? bucket.encryption.bucketKey : bucketKey === 'true',
  };
}

/** The entity tag, without quotes: the MD5 of the bytes, but for SSE-KMS a value that follows from nothing. */
export function etagFor(md5: Buffer, encryption: Encryption): string {
  return (encryption.algorithm === 'AES256' ? md5 : randomBytes(16)).toString('hex');
}

/** The headers that say how an object is encrypted. */
export function encryptionHeaders(encryption: Encryption): Readonly<Record<string, string | undefined>> {
  return {
    'x-amz-server-side-encryption': encryption.algorithm,
    ...(encryption.algorithm === 'aws:kms'
      ? {
          'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyArn,
          'x-amz-server-side-encryption-bucket-key-enabled': encryption.bucketKey ? 'true' : undefined,
        }
      : {}),
  };
}

/** The headers that answer a read of an object. */
export function objectHeaders(object: StoredObject, bucket: Bucket): Readonly<Record<string, string | undefined>> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, mailSafe(value)]);
  return {
    ...object.systemHeaders,
    ...Object.fromEntries(metadata),
    ...encryptionHeaders(object.encryption),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-version-id': bucket.shownVersionId(object.versionId),
    'x-amz-storage-class': object.storageClass === 'STANDARD' ? undefined : object.storageClass,
    'x-amz-tagging-count': object.tags.length === 0 ? undefined : String(object.tags.length),
  };
}

/** The headers that carry the checksum of an object. */
export function checksumHeaders(object: StoredObject): Readonly<Record<string, string>> {
  return {
    [checksumHeader(object.checksum.algorithm)]: object.checksum.value,
    'x-amz-checksum-type': object.checksum.type,
  };
}

function readSystemHeaders(header: HeaderLookup): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of systemHeaderNames) {
    const value = name === 'content-encoding' ? contentEncoding(header(name)) : header(name);
    if (value !== undefined) {
      headers[name] = value;
    }
  }
  return headers;
}

/** `aws-chunked` is the framing of the request, no part of the object. */
function contentEncoding(value: string | undefined): string | undefined {
  const codings = (value ?? '').split(',').map((coding) => coding.trim());
  const kept = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked');
  return kept.length === 0 ? undefined : kept.join(',');
}

function readMetadata(call: Call): Readonly<Record<string, string>> {
  const prefix = 'x-amz-meta-';
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const name of Object.keys(call.request.headers).filter((header) => header.startsWith(prefix))) {
    const value = call.header(name) ?? '';
    metadata[name.slice(prefix.length)] = value;
    size += name.length - prefix.length + Buffer.byteLength(value);
  }
  if (size > maximumMetadataSize) {
    throw s3Error('MetadataTooLarge', { details: { Size: size, MaxSizeAllowed: maximumMetadataSize } });
  }
  return metadata;
}

/** S3 returns metadata with anything but ASCII in the encoding of mail headers (RFC 2047). */
function mailSafe(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

function keyArn(keyId: string, bucket: Bucket): string {
  if (keyId.startsWith('arn:aws:kms:')) {
    return keyId;
  }
  if (!/^[\w/-]+$/.test(keyId)) {
    throw invalidArgument('x-amz-server-side-encryption-aws-kms-key-id', keyId, 'Invalid KMS keyId');
  }
  const path = keyId.startsWith('alias/') ? keyId : `key/${keyId}`;
  return `arn:aws:kms:${bucket.region}:${bucket.owner}:${path}`;
}

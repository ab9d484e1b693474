import { createHash, randomUUID } from 'node:crypto';
import { type OssAnswer, xmlAnswer } from './answer.ts';
import { type Bucket, type Part, partOf, type Upload } from './bucket.ts';
import type { Call } from './call.ts';
import { copySource } from './copy-source.ts';
import { crc64ecma } from './crc64.ts';
import { keptHeaders, refuseOverwrite } from './kept-headers.ts';
import { digestHeaders, verifyMd5, versionHeader } from './object-operations.ts';
import { invalidArgument, OssError } from './oss-error.ts';
import { document, element, urlEncoded } from './xml.ts';

const minPartSize = 100 * 1024;

/** InitiateMultipartUpload. */
export function initiateUpload(call: Call, bucket: Bucket): OssAnswer {
  const id = randomUUID().replaceAll('-', '').toUpperCase();
  bucket.uploads.set(id, { key: call.key, headers: keptHeaders(call), parts: new Map() });
  const content = element('Bucket', bucket.name) + element('Key', urlEncoded(call.key)) + element('UploadId', id);
  return xmlAnswer(document('InitiateMultipartUploadResult', element('EncodingType', 'url') + content));
}

/** UploadPart. */
export function uploadPart(call: Call, bucket: Bucket, bytes: Uint8Array): OssAnswer {
  const upload = uploadOf(call, bucket);
  verifyMd5(call, bytes);
  const part = partOf(bytes);
  upload.parts.set(numberOf(call), part);
  const md5 = Buffer.from(part.etag, 'hex').toString('base64');
  return { status: 200, headers: { ...digestHeaders(part), 'Content-MD5': md5 } };
}

/** UploadPartCopy. */
export function copyPart(call: Call, bucket: Bucket, buckets: ReadonlyMap<string, Bucket>): OssAnswer {
  const upload = uploadOf(call, bucket);
  const { bytes } = copySource(call, bucket, buckets).version.content;
  const [, first = 0, last = bytes.byteLength - 1] =
    /^bytes=(\d+)-(\d+)$/.exec(`${call.headers['x-oss-copy-source-range'] ?? ''}`)?.map(Number) ?? [];
  if (last >= bytes.byteLength || first > last) {
    throw invalidArgument('The specified copy range is invalid for the source object size.');
  }
  const part = partOf(bytes.slice(first, last + 1));
  upload.parts.set(numberOf(call), part);
  return xmlAnswer(document('CopyPartResult', element('ETag', `"${part.etag}"`)));
}

/** ListParts. */
export function listParts(call: Call, bucket: Bucket, pageLimit: number): OssAnswer {
  const upload = uploadOf(call, bucket);
  const after = Number(call.query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(call.query.get('max-parts') ?? 1000), pageLimit);
  const left = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = left.slice(0, limit);
  const content = [
    element('Bucket', bucket.name),
    element('Key', call.key),
    element('UploadId', call.query.get('uploadId')),
    element('NextPartNumberMarker', page.at(-1)?.[0] ?? after),
    element('MaxParts', limit),
    element('IsTruncated', left.length > limit),
    ...page.map(([number, part]) => `<Part>${partElements(number, part)}</Part>`),
  ];
  return xmlAnswer(document('ListPartsResult', content.join('')));
}

/** CompleteMultipartUpload. The parts are listed in ascending order, and all but the last have at least 100 KB. */
export function completeUpload(call: Call, bucket: Bucket, body: Uint8Array): OssAnswer {
  const upload = uploadOf(call, bucket);
  verifyMd5(call, body);
  const parts = listedParts(upload, Buffer.from(body).toString());
  refuseOverwrite(call, bucket.versioning !== undefined, bucket.current(call.key) !== undefined);
  const bytes = Buffer.concat(parts.map((part) => part.bytes));
  const tags = createHash('md5').update(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex'))));
  const etag = `${tags.digest('hex').toUpperCase()}-${parts.length}`;
  const crc64 = crc64ecma(bytes);
  const version = bucket.add(call.key, { bytes, etag, crc64, type: 'Multipart', headers: upload.headers });
  bucket.uploads.delete(call.query.get('uploadId') ?? '');
  const content = element('Bucket', bucket.name) + element('Key', call.key) + element('ETag', `"${etag}"`);
  const headers = { 'x-oss-hash-crc64ecma': crc64, ...versionHeader(bucket, version) };
  return { status: 200, headers, body: document('CompleteMultipartUploadResult', content) };
}

/** AbortMultipartUpload. */
export function abortUpload(call: Call, bucket: Bucket): OssAnswer {
  uploadOf(call, bucket);
  bucket.uploads.delete(call.query.get('uploadId') ?? '');
  return { status: 204, headers: {} };
}

function uploadOf({ key, query }: Call, bucket: Bucket): Upload {
  const id = query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(id);
  if (upload?.key !== key) {
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new OssError(404, 'NoSuchUpload', message, { elements: { UploadId: id } });
  }
  return upload;
}

function numberOf({ query }: Call): number {
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive.');
  }
  return number;
}

function partElements(number: number, { etag, crc64, bytes }: Part): string {
  const digests = element('ETag', `"${etag}"`) + element('HashCrc64ecma', crc64);
  return element('PartNumber', number) + digests + element('Size', bytes.byteLength);
}

function listedParts(upload: Upload, xml: string): readonly Part[] {
  const listed = [
    ...xml.matchAll(
      /<Part>\s*<PartNumber>(\d+)<\/PartNumber>\s*<ETag>(?:"|&quot;)?([^"&<]*)(?:"|&quot;)?<\/ETag>\s*<\/Part>/g,
    ),
  ].map(([, number, etag]) => ({ number: Number(number), etag }));
  if (listed.length === 0) {
    throw new OssError(400, 'MalformedXML', 'The XML you provided was not well-formed.');
  }
  const parts = listed.map(({ number, etag }, index) => {
    if (index > 0 && number <= (listed[index - 1]?.number ?? 0)) {
      throw new OssError(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const part = upload.parts.get(number);
    if (part === undefined || part.etag !== etag) {
      const message =
        "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.";
      throw new OssError(400, 'InvalidPart', message, { elements: { PartNumber: `${number}` } });
    }
    return part;
  });
  if (parts.slice(0, -1).some(({ bytes }) => bytes.byteLength < minPartSize)) {
    throw new OssError(400, 'EntityTooSmall', 'Your proposed upload smaller than the minimum allowed size.');
  }
  return parts;
}

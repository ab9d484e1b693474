import { s3Error } from './errors.ts';
import type { StoredObject } from './versions.ts';

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range of a `Range` header, or undefined for none, and for a header of any form but one range of bytes, which S3
 * passes over. Throws `InvalidRange` when the range lies outside the object.
 */
export function requestedRange(header: string | undefined, object: StoredObject): ByteRange | undefined {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header?.trim() ?? '');
  if (match === null) {
    return undefined;
  }
  const { size } = object.content;
  const [, first, last, suffix] = match;
  const start = first === undefined ? Math.max(size - Number(suffix), 0) : Number(first);
  const end = last === undefined || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== undefined && last !== undefined && last !== '' && Number(last) < Number(first)) {
    return undefined;
  }
  if (start >= size || suffix === '0') {
    throw s3Error('InvalidRange', {
      details: { RangeRequested: header ?? '', ActualObjectSize: size },
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end };
}

/** The range that one part of a multipart object has; an object put whole has one part. */
export function partRange(partNumber: string, object: StoredObject): ByteRange {
  const parts = object.parts ?? [{ number: 1, size: object.content.size }];
  let start = 0;
  for (const [index, part] of parts.entries()) {
    if (index + 1 === Number(partNumber)) {
      return { start, end: start + part.size };
    }
    start += part.size;
  }
  throw s3Error('InvalidPartNumber', { details: { PartNumberRequested: partNumber, ActualPartCount: parts.length } });
}

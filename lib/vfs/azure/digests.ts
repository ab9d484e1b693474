import type { ChecksumSet } from '../types.ts';

/**
 * The fields of an answer to Put Blob, Put Block and Put Blob From URL that say something about the content's digest.
 */
export interface AnsweredDigests {
  readonly contentMD5?: Uint8Array | undefined;
  readonly _response: { readonly headers: { get(name: string): string | undefined } };
}

/**
 * The digests that the service computed over one request's bytes: the MD5, if the request had one, else a CRC-64.
 *
 * `x-ms-content-crc64` is CRC-64/NVME with its bytes in reverse order, as the SDK's own calculator gives it; not all of
 * the SDK's answers have it as a field.
 */
export function answeredDigests({ contentMD5, _response }: AnsweredDigests): ChecksumSet {
  const crc64 = Buffer.from(_response.headers.get('x-ms-content-crc64') ?? '', 'base64');
  return {
    ...(contentMD5?.length === 16 ? { md5: hex(contentMD5) } : {}),
    ...(crc64.length === 8 ? { crc64nvme: hex(crc64.reverse()) } : {}),
  };
}

/** A hexadecimal digest as the SDK takes it. */
export function digestBytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

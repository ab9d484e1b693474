import { createHash } from 'node:crypto';
import { createCRC32 } from 'hash-wasm';

const crc = await createCRC32(0x82f63b78);

/** What a caller may say of an object: https://cloud.google.com/storage/docs/json_api/v1/objects#resource-representations */
export interface Attributes {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One generation of an object. */
export interface StoredObject {
  readonly name: string;
  readonly generation: string;
  readonly content: Buffer;
  readonly attributes: Attributes;
  readonly timeCreated: string;
  /** Of a generation that is no longer live. */
  timeDeleted?: string;
  /** Of a composite object, which has no MD5: https://cloud.google.com/storage/docs/composite-objects */
  readonly componentCount?: number;
}

/** CRC-32C in base64 of its big-endian bytes, and MD5: https://cloud.google.com/storage/docs/data-validation */
export function hashesOf(content: Uint8Array): { readonly crc32c: string; readonly md5Hash: string } {
  const crc32c = Buffer.from(crc.init().update(content).digest('hex'), 'hex').toString('base64');
  return { crc32c, md5Hash: createHash('md5').update(content).digest('base64') };
}

/** The resource of an object; 64-bit numbers are text. */
export function resourceOf(bucket: string, object: StoredObject): Readonly<Record<string, unknown>> {
  const { name, generation, content, attributes, timeCreated, timeDeleted, componentCount } = object;
  const { crc32c, md5Hash } = hashesOf(content);
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    bucket,
    name,
    generation,
    metageneration: '1',
    size: String(content.byteLength),
    crc32c,
    ...(componentCount === undefined ? { md5Hash } : { componentCount }),
    timeCreated,
    updated: timeCreated,
    ...(timeDeleted && { timeDeleted }),
    storageClass: 'STANDARD',
    ...attributes,
  };
}

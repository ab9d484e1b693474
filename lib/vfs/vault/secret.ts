import type { BodyOrigin } from '../body.ts';
import { VfsError } from '../errors.ts';
import type { ContentHeaders, Metadata } from '../types.ts';

/** The fields of one version of a secret, as Vault keeps them. */
export type SecretFields = Readonly<Record<string, unknown>>;

/** What a version of a secret is to us. */
export type Secret =
  | {
      readonly kind: 'object';
      readonly bytes: Uint8Array;
      readonly headers: ContentHeaders;
      readonly metadata: Metadata;
      /** As it was when the object was written; absent where kOps wrote it. */
      readonly sha256?: string;
    }
  /** What a delete leaves until Vault has marked it as deleted: no object. */
  | { readonly kind: 'deletion' }
  /** A secret that somebody keeps here and that is no object. */
  | { readonly kind: 'foreign'; readonly reason: string };

const headerNames = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
] as const;

/** The fields of a version that marks a deletion. kOps, which reads only `file`, never takes it for an empty file. */
export const deletionFields: SecretFields = { statesync: { deleted: true } };

/**
 * The fields of an object: `file`, in standard base64, is what kOps 1.19 to 1.25 wrote and read (`util/pkg/vfs/vaultfs.go`). Beside it, and written in one
 * with it, `statesync` holds what kOps does not have.
 */
export function objectFields(
  bytes: Uint8Array,
  headers: ContentHeaders,
  metadata: Metadata,
  sha256: string,
): SecretFields {
  return {
    file: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    statesync: { sha256, headers, metadata },
  };
}

/** Reads the fields of a version. Never throws: what is not ours is said to be so. */
export function readSecret(fields: SecretFields): Secret {
  const { file, statesync } = fields;
  const own = isRecord(statesync) ? statesync : {};
  if (file === undefined && own['deleted'] === true) {
    return { kind: 'deletion' };
  }
  if (typeof file !== 'string') {
    return { kind: 'foreign', reason: 'it has no field "file", in which objects of a state store are kept' };
  }
  const bytes = decoded(file);
  if (bytes === undefined) {
    return { kind: 'foreign', reason: 'its field "file" is not base64, in which objects of a state store are kept' };
  }
  const { sha256 } = own;
  return {
    kind: 'object',
    bytes,
    headers: headersOf(own['headers']),
    metadata: textsOf(own['metadata']),
    ...(typeof sha256 === 'string' ? { sha256 } : {}),
  };
}

/** Throws `TooLarge` for fields beyond so many bytes, and `InvalidArgument` for text that JSON does not carry unchanged. */
export function requireFits(fields: SecretFields, limit: number, { operation, target }: BodyOrigin): void {
  const text = JSON.stringify(fields);
  if (/\\ud[89a-f][0-9a-f]{2}/.test(text)) {
    const reason = 'a header or a metadata value holds half of a surrogate pair, which no JSON carries unchanged';
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  // Vault writes these five as six characters each.
  const size = Buffer.byteLength(text) + 5 * (text.match(/[<>&\u2028\u2029]/g)?.length ?? 0);
  if (size > limit) {
    const reason = `content as base64, headers and metadata have ${size} bytes, and one entry of this Vault takes ${limit} of them`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
}

/** Go's `base64.StdEncoding`, by which kOps reads and writes: padded, and with line ends passed over. */
function decoded(file: string): Uint8Array | undefined {
  const text = file.replace(/[\r\n]/g, '');
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function headersOf(value: unknown): ContentHeaders {
  const texts = textsOf(value);
  return Object.fromEntries(headerNames.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]]])));
}

function textsOf(value: unknown): Metadata {
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { IncomingMessage } from 'node:http';
import type { PayloadProof } from '../sigv4.ts';
import { decodeAwsChunked, type Trailers } from './aws-chunked.ts';
import { type ChecksumAlgorithm, createDigester, type Digester } from './checksums.ts';
import { type Content, DiscardedContent, MemoryContent } from './content.ts';
import { s3Error } from './errors.ts';
import { type HeaderLookup, readChecksum, type StatedChecksum, statedChecksum } from './stated-checksum.ts';

/** A request whose headers are proved, and whose body is still to be read. */
export interface BodySource {
  readonly request: IncomingMessage;
  readonly header: HeaderLookup;
  readonly payload: PayloadProof;
}

/** How a body is to be received. */
export interface ReceiveOptions {
  /** The algorithm of the checksum to compute when the request states none. */
  readonly fallback: ChecksumAlgorithm;
  /** Another one to compute in any case. */
  readonly alongside?: ChecksumAlgorithm;
  /** Takes checksum headers for no statement about the body. */
  readonly ignoreChecksums?: boolean;
  /** Bytes; a larger body is refused with `EntityTooLarge`. */
  readonly maximumSize: number;
  /** Bytes; a larger body is digested but not kept. */
  readonly discardAbove: number;
}

/** A body that has arrived whole, with everything that the request says of it proved. */
export interface ReceivedBody {
  readonly content: Content;
  readonly md5: Buffer;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer; readonly stated: boolean };
  /** The checksum asked for with `alongside`, where it is of another algorithm. */
  readonly alongside: Buffer | undefined;
}

/**
 * Reads the body of a request, and proves its length, `Content-MD5`, `x-amz-content-sha256` and checksum.
 * Throws `IncompleteBody`, `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`, `InvalidRequest`,
 * `MissingContentLength`, `EntityTooLarge`.
 */
export async function receiveBody(source: BodySource, options: ReceiveOptions): Promise<ReceivedBody> {
  const names = options.ignoreChecksums === true ? [] : Object.keys(source.request.headers);
  const stated = statedChecksum(names, source.header);
  const expectedMd5 = readContentMd5(source.header('content-md5'));
  const expectedSize = declaredSize(source);
  if (expectedSize > options.maximumSize) {
    throw s3Error('EntityTooLarge', {
      details: { ProposedSize: expectedSize, MaxSizeAllowed: options.maximumSize },
    });
  }
  const trailers: Trailers = new Map();
  const digests = new BodyDigests(
    stated?.algorithm ?? options.fallback,
    options.alongside,
    source.payload.kind === 'digest',
  );
  const keep = expectedSize <= options.discardAbove;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decode(source, trailers)) {
    size += chunk.length;
    digests.update(chunk);
    if (keep) {
      chunks.push(chunk);
    }
  }
  if (size !== expectedSize) {
    throw s3Error('IncompleteBody');
  }
  const computed = digests.finish();
  proveSha256(source.payload, computed.sha256);
  if (expectedMd5 !== undefined && !expectedMd5.equals(computed.md5)) {
    throw s3Error('BadDigest');
  }
  proveChecksum(stated, trailers, computed.checksum);
  return {
    content: keep ? new MemoryContent(compact(chunks, size)) : new DiscardedContent(size),
    md5: computed.md5,
    checksum: { algorithm: digests.algorithm, value: computed.checksum, stated: stated !== undefined },
    alongside: computed.alongside,
  };
}

/** Reads the body of a request as text, such as an XML document; the same proofs apply. */
export async function receiveText(source: BodySource, ignoreChecksums = false): Promise<string> {
  const body = await receiveBody(source, {
    ignoreChecksums,
    fallback: 'CRC32',
    maximumSize: 4 * 1024 * 1024,
    discardAbove: Number.POSITIVE_INFINITY,
  });
  return Buffer.concat([...body.content.chunks(0, body.content.size)]).toString('utf8');
}

/** The digests of one body, computed side by side as it arrives. */
class BodyDigests {
  readonly algorithm: ChecksumAlgorithm;
  readonly #md5 = createDigester('MD5');
  readonly #checksum: Digester;
  readonly #alongside: Digester | undefined;
  readonly #sha256: Digester | undefined;

  constructor(algorithm: ChecksumAlgorithm, alongside: ChecksumAlgorithm | undefined, withSha256: boolean) {
    this.algorithm = algorithm;
    this.#checksum = createDigester(algorithm);
    this.#alongside = alongside === undefined || alongside === algorithm ? undefined : createDigester(alongside);
    this.#sha256 = withSha256 ? createDigester('SHA256') : undefined;
  }

  update(chunk: Uint8Array): void {
    this.#md5.update(chunk);
    this.#checksum.update(chunk);
    this.#alongside?.update(chunk);
    this.#sha256?.update(chunk);
  }

  finish(): {
    readonly md5: Buffer;
    readonly checksum: Buffer;
    readonly alongside: Buffer | undefined;
    readonly sha256: Buffer | undefined;
  } {
    return {
      md5: this.#md5.digest(),
      checksum: this.#checksum.digest(),
      alongside: this.#alongside?.digest(),
      sha256: this.#sha256?.digest(),
    };
  }
}

function decode(source: BodySource, trailers: Trailers): AsyncIterable<Buffer> {
  return source.payload.kind === 'chunks'
    ? decodeAwsChunked(source.request, source.payload.seal, trailers)
    : source.request;
}

/** S3 needs to know the size before the body: from `Content-Length`, or for chunked bodies from a header of its own. */
function declaredSize(source: BodySource): number {
  const chunked = source.payload.kind === 'chunks';
  const text = source.header(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (text === undefined || !/^\d+$/.test(text)) {
    throw s3Error('MissingContentLength');
  }
  return Number(text);
}

function readContentMd5(text: string | undefined): Buffer | undefined {
  if (text === undefined) {
    return undefined;
  }
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== text) {
    throw s3Error('InvalidDigest');
  }
  return bytes;
}

function proveSha256(payload: PayloadProof, computed: Buffer | undefined): void {
  if (payload.kind === 'digest' && computed?.toString('hex') !== payload.sha256) {
    throw s3Error('XAmzContentSHA256Mismatch', {
      details: {
        ClientComputedContentSHA256: payload.sha256,
        S3ComputedContentSHA256: computed?.toString('hex') ?? '',
      },
    });
  }
}

function proveChecksum(stated: StatedChecksum | undefined, trailers: Trailers, computed: Buffer): void {
  if (stated === undefined) {
    return;
  }
  const { algorithm, headerName } = stated;
  const expected = stated.value ?? readChecksum(algorithm, headerName, trailers.get(headerName) ?? '');
  if (!expected.equals(computed)) {
    throw s3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` });
  }
}

/** Small bodies are copied out of the socket's read buffers, which would otherwise stay in memory whole. */
function compact(chunks: readonly Buffer[], size: number): readonly Buffer[] {
  return size <= 64 * 1024 ? [Buffer.concat(chunks, size)] : chunks;
}

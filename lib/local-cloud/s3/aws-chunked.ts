import { createHash } from 'node:crypto';
import { type ChunkSeal, chunkSignature } from '../sigv4-keys.ts';
import { ByteReader } from './byte-reader.ts';
import { s3Error } from './errors.ts';

/** The trailing headers of an `aws-chunked` body, by lower-case name; filled when the body has been read to its end. */
export type Trailers = Map<string, string>;

/**
 * Takes the `aws-chunked` framing off a body. With a seal, the signature of every chunk, and of the trailer, is proved;
 * a wrong one throws `SignatureDoesNotMatch` before the body's end. A framing cut short throws `IncompleteBody`.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  seal: ChunkSeal | undefined,
  trailers: Trailers,
): AsyncIterable<Buffer> {
  const reader = new ByteReader(source);
  let previous = seal?.seedSignature ?? '';
  for (;;) {
    const header = readChunkHeader(await reader.line());
    const hash = createHash('sha256');
    for await (const piece of wholeChunk(reader, header.size)) {
      if (seal !== undefined) {
        hash.update(piece);
      }
      yield piece;
    }
    if (seal !== undefined) {
      previous = proveSignature(chunkSignature(seal, 'PAYLOAD', previous, hash.digest('hex')), header.signature);
    }
    if (header.size === 0) {
      break;
    }
    await expectLineEnd(reader);
  }
  await readTrailers(reader, trailers);
  if (seal !== undefined && trailers.size > 0) {
    proveTrailer(seal, previous, trailers);
  }
}

async function* wholeChunk(reader: ByteReader, size: number): AsyncIterable<Buffer> {
  let received = 0;
  for await (const piece of reader.take(size)) {
    received += piece.length;
    yield piece;
  }
  if (received < size) {
    throw s3Error('IncompleteBody');
  }
}

interface ChunkHeader {
  readonly size: number;
  readonly signature: string | undefined;
}

function readChunkHeader(line: string | undefined): ChunkHeader {
  const match = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line ?? '');
  if (match === null) {
    throw s3Error('IncompleteBody');
  }
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}

async function expectLineEnd(reader: ByteReader): Promise<void> {
  if ((await reader.line()) !== '') {
    throw s3Error('IncompleteBody');
  }
}

async function readTrailers(reader: ByteReader, trailers: Trailers): Promise<void> {
  for (let line = await reader.line(); line !== undefined && line !== ''; line = await reader.line()) {
    const [name = '', value = ''] = line.split(/:(.*)/s);
    trailers.set(name.trim().toLowerCase(), value.trim());
  }
}

/** The trailer's signature is over its headers as `name:value` lines, the signature itself left out. */
function proveTrailer(seal: ChunkSeal, previous: string, trailers: Trailers): void {
  const signed = [...trailers].filter(([name]) => name !== 'x-amz-trailer-signature');
  const text = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const digest = createHash('sha256').update(text).digest('hex');
  proveSignature(chunkSignature(seal, 'TRAILER', previous, digest), trailers.get('x-amz-trailer-signature'));
}

function proveSignature(expected: string, given: string | undefined): string {
  if (given !== expected) {
    throw s3Error('SignatureDoesNotMatch');
  }
  return expected;
}

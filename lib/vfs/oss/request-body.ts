import { Readable } from 'node:stream';
import { type Expectation, verifiedBody, verifiedBytes } from '../body.ts';
import { beforeSending } from '../errors.ts';
import { heldBack } from '../held-back.ts';
import type { BodySource, ChecksumAlgorithm, ChecksumSet, ObjectBody } from '../types.ts';
import { type Attempt, failureError } from './errors.ts';

/** Those that OSS answers with, computed over every body that is sent. */
const answered: readonly ChecksumAlgorithm[] = ['md5', 'crc64xz'];

/** A source on its way into a request. */
export interface Outgoing {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: { readonly content: Uint8Array } | { readonly stream: Readable };
  /** Digests of what was sent, as computed here; undefined before all of it was. */
  readonly digests: () => ChecksumSet | undefined;
  /** What the source failed with, which cuts the request off, so that it stores nothing. */
  readonly failure: () => unknown;
  /** Releases the source. */
  readonly cancel: () => Promise<void>;
}

/**
 * Makes a request body of a source: a buffer where the bytes are in memory, else a stream of the exact length.
 *
 * The bytes are held against the source's size and digests here; a stream keeps its last chunk back until they agree, because OSS is told
 * no digest of a stream unless the source vouches for its MD5.
 */
export async function outgoing(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<Outgoing> {
  const { operation, target } = attempt;
  const expected: Expectation = { operation, target, size: source.size, checksums: source.checksums };
  try {
    return source.bytes === undefined
      ? await outgoingStream(await source.open(signal), expected)
      : await outgoingBytes(source.bytes, expected);
  } catch (error) {
    throw beforeSending(failureError(error, attempt, signal));
  }
}

async function outgoingBytes(content: Uint8Array, expected: Expectation): Promise<Outgoing> {
  const digests = await verifiedBytes(content, expected, answered);
  return {
    headers: bodyHeaders(content.byteLength, digests),
    payload: { content },
    digests: () => digests,
    failure: () => undefined,
    cancel: async () => {},
  };
}

async function outgoingStream(opened: ObjectBody, expected: Expectation): Promise<Outgoing> {
  const { body, digests } = await verifiedBody(opened, expected, answered);
  const progress: Progress = { ended: false, failure: undefined };
  const stream = Readable.from(watched(heldBack(body, expected), progress), { objectMode: false });
  return {
    headers: bodyHeaders(expected.size, expected.checksums),
    payload: { stream },
    digests: () => (progress.ended ? digests() : undefined),
    failure: () => progress.failure,
    cancel: async () => {
      stream.destroy();
      await body.cancel();
    },
  };
}

interface Progress {
  ended: boolean;
  failure: unknown;
}

/** Keeps what becomes of the source itself: a request that fails ends the stream with its own error, which says nothing of the source. */
function watched(chunks: AsyncGenerator<Uint8Array, void, undefined>, progress: Progress): AsyncIterable<Uint8Array> {
  const next = async () => {
    try {
      const chunk = await chunks.next();
      progress.ended = chunk.done === true;
      return chunk;
    } catch (error) {
      progress.failure = error;
      throw error;
    }
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => chunks.return() }) };
}

function bodyHeaders(size: number, { md5 }: ChecksumSet): Readonly<Record<string, string>> {
  const contentMd5 = md5 === undefined ? {} : { 'Content-MD5': Buffer.from(md5, 'hex').toString('base64') };
  return { 'Content-Length': `${size}`, ...contentMd5 };
}

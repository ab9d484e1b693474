import { Readable } from 'node:stream';
import { refuseOtherAnswer } from '../answered-digests.ts';
import { type Expectation, verifiedBody, verifiedBytes } from '../body.ts';
import { beforeSending, VfsError } from '../errors.ts';
import { heldBack } from '../held-back.ts';
import type { BodySource, ChecksumSet, ObjectBody } from '../types.ts';
import { type AnsweredDigests, answeredDigests, digestBytesOf } from './digests.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** What a request sends. */
export interface RequestBody {
  readonly content: Buffer | (() => NodeJS.ReadableStream);
  /** Bytes. */
  readonly length: number;
  /** For the service to verify, as Content-MD5, where it is known before the bytes are sent. */
  readonly md5: { readonly transactionalContentMD5?: Uint8Array };
  /** To be given up by, at the caller's wish or when the source fails. */
  readonly signal: AbortSignal;
}

/** A source on its way into a request. */
interface Outgoing extends Omit<RequestBody, 'signal'> {
  /** Digests of what was sent, as computed here. */
  readonly digests: () => ChecksumSet;
  /** Fires when the source fails, so that the request is cut off and stores nothing. */
  readonly failed: AbortSignal;
  readonly release: () => Promise<void>;
}

/**
 * Sends a source as the body of a request, and holds what was sent against its size and digests here, and against the
 * answer's digests. A stream keeps its last chunk back until they agree, so that the service gets no whole body of
 * wrong bytes.
 *
 * Rejects with the source's own error when the source fails; the request is then cut off. A `ChecksumMismatch` found in
 * the answer says that the store may keep the wrong bytes.
 */
export async function sendBody<Answer extends AnsweredDigests>(
  source: BodySource,
  attempt: Attempt,
  signal: AbortSignal,
  send: (body: RequestBody) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly checksums: ChecksumSet }> {
  const { failed, release, digests, ...body } = await opened(source, attempt, signal);
  const cut = new AbortController();
  try {
    const answer = await send({ ...body, signal: AbortSignal.any([signal, failed, cut.signal]) });
    const checksums = answeredDigests(answer);
    refuseOtherAnswer(checksums, digests(), attempt);
    return { answer, checksums };
  } catch (error) {
    cut.abort(); // An answer that came before the whole body leaves a connection that is of no further use.
    throw failed.aborted ? notSent(failed.reason, attempt) : error;
  } finally {
    await release();
  }
}

async function opened(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<Outgoing> {
  const { operation, target } = attempt;
  const expected: Expectation = { operation, target, size: source.size, checksums: source.checksums };
  try {
    return source.bytes === undefined
      ? await streamed(await source.open(signal), expected)
      : await buffered(source.bytes, expected);
  } catch (error) {
    throw notSent(error, attempt);
  }
}

async function buffered(bytes: Uint8Array, expected: Expectation): Promise<Outgoing> {
  const digests = await verifiedBytes(bytes, expected, ['md5']);
  return {
    content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    length: bytes.byteLength,
    md5: md5Field(digests),
    digests: () => digests,
    failed: new AbortController().signal,
    release: async () => {},
  };
}

/** Without an MD5 in the request the service answers with a CRC-64, and with one the MD5 comes back. */
async function streamed(source: ObjectBody, expected: Expectation): Promise<Outgoing> {
  const { body, digests } = await verifiedBody(source, expected, ['md5', 'crc64nvme']);
  const failure = new AbortController();
  const stream = Readable.from(heldBack(body, expected), { objectMode: false });
  stream.once('error', (error) => failure.abort(error));
  return {
    content: onlyOnce(stream, expected),
    length: expected.size,
    md5: md5Field(expected.checksums),
    digests,
    failed: failure.signal,
    release: async () => {
      stream.destroy();
      await body.cancel();
    },
  };
}

/**
 * The SDK asks for the content again where it would send a request anew, as after a challenge; a stream cannot begin
 * again.
 */
function onlyOnce(stream: Readable, { operation, target }: Expectation): () => NodeJS.ReadableStream {
  let taken = false;
  return () => {
    if (taken) {
      const reason = 'the store wants the request anew, with other credentials';
      throw new VfsError({ code: 'Unavailable', operation, target, reason, maybeApplied: false });
    }
    taken = true;
    return stream;
  };
}

function md5Field({ md5 }: ChecksumSet): RequestBody['md5'] {
  return md5 === undefined ? {} : { transactionalContentMD5: digestBytesOf(md5) };
}

/** The failure of a source: the store never had a whole request, so it carried out nothing. */
function notSent(error: unknown, attempt: Attempt): VfsError {
  return beforeSending(toVfsError(error, attempt));
}

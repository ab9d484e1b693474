import { Readable } from 'node:stream';
import { base64Of } from '../answered-digests.ts';
import { type Expectation, verifiedBody, verifiedBytes } from '../body.ts';
import { beforeSending, type VfsError } from '../errors.ts';
import { heldBack } from '../held-back.ts';
import type { BodySource, ChecksumSet, ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** What a request sends, and what the store is to verify while it accepts it. */
export interface RequestBody {
  readonly Body: Uint8Array | Readable;
  readonly ContentLength: number;
  readonly ContentMD5?: string;
  readonly ChecksumCRC64NVME?: string;
}

/** A source on its way into a request. */
export interface Outgoing {
  readonly fields: RequestBody;
  /** Hexadecimal SHA-256 of all bytes, where it is known before they are sent; it is signed instead of `UNSIGNED-PAYLOAD`. */
  readonly sha256: string | undefined;
  /** Digests of what was sent, as computed here. */
  readonly digests: () => ChecksumSet;
  /** Fires when the source fails, so that the request is cut off and stores nothing. */
  readonly failed: AbortSignal;
  /** Releases the source. */
  readonly cancel: () => Promise<void>;
}

/**
 * Makes a request body of a source: a buffer where the bytes are in memory, else a stream of the exact length, never `aws-chunked`, which
 * compatible stores refuse.
 *
 * The bytes are held against the source's size and digests here too; a stream keeps its last chunk back until they agree,
 * so that a store that verifies nothing gets no whole body of wrong bytes.
 */
export async function outgoing(
  source: BodySource,
  amazon: boolean,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Outgoing> {
  const { operation, target } = attempt;
  const expected: Expectation = { operation, target, size: source.size, checksums: source.checksums };
  try {
    return source.bytes === undefined
      ? await outgoingStream(await source.open(signal), expected, amazon)
      : await outgoingBytes(source.bytes, expected, amazon);
  } catch (error) {
    throw notSent(error, attempt);
  }
}

async function outgoingBytes(bytes: Uint8Array, expected: Expectation, amazon: boolean): Promise<Outgoing> {
  const { checksums } = expected;
  const digests = await verifiedBytes(bytes, expected, ['md5']);
  return {
    fields: { Body: bytes, ...stated({ ...checksums, ...digests }, bytes.byteLength, amazon) },
    sha256: checksums.sha256,
    digests: () => digests,
    failed: new AbortController().signal,
    cancel: async () => {},
  };
}

async function outgoingStream(opened: ObjectBody, expected: Expectation, amazon: boolean): Promise<Outgoing> {
  const { body, digests } = await verifiedBody(opened, expected, amazon ? ['md5', 'crc64nvme'] : ['md5']);
  const failure = new AbortController();
  const stream = Readable.from(heldBack(body, expected), { objectMode: false });
  stream.once('error', (error) => failure.abort(error));
  return {
    fields: { Body: stream, ...stated(expected.checksums, expected.size, amazon) },
    sha256: expected.checksums.sha256,
    digests,
    failed: failure.signal,
    cancel: async () => {
      stream.destroy();
      await body.cancel();
    },
  };
}

/** The failure of a source: the store never had a whole request, so it carried out nothing. */
export function notSent(error: unknown, attempt: Attempt): VfsError {
  return beforeSending(toVfsError(error, attempt));
}

function stated({ md5, crc64nvme }: ChecksumSet, size: number, amazon: boolean): Omit<RequestBody, 'Body'> {
  return {
    ContentLength: size,
    ...(md5 === undefined ? {} : { ContentMD5: base64Of(md5) }),
    ...(amazon && crc64nvme !== undefined ? { ChecksumCRC64NVME: base64Of(crc64nvme) } : {}),
  };
}

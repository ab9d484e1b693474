import { type Expectation, verifiedBody, verifiedBytes } from '../body.ts';
import { beforeSending, type VfsError } from '../errors.ts';
import { heldBack } from '../held-back.ts';
import type { BodySource, ChecksumSet, ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** A source on its way into a request. */
export interface Outgoing {
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
  /** Digests of what was sent, as computed here; of a stream once it was sent. */
  readonly digests: () => ChecksumSet;
  /** Why the source failed; undefined while it did not. */
  readonly failure: () => VfsError | undefined;
  /** Releases the source. */
  readonly cancel: () => Promise<void>;
}

/**
 * Makes a request body of a source: its bytes where they are in memory, else a stream.
 *
 * What is sent is held against the source's size and digests here too. A stream keeps its last chunk back until they agree, so that Swift never
 * gets a whole body of wrong bytes; Swift itself verifies an MD5 only. Rejects, as a source that fails does, with an error that says that nothing was stored.
 */
export async function outgoing(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<Outgoing> {
  const { operation, target } = attempt;
  const expected: Expectation = { operation, target, size: source.size, checksums: source.checksums };
  try {
    return source.bytes === undefined
      ? await outgoingStream(await source.open(signal), expected, attempt)
      : await outgoingBytes(source.bytes, expected);
  } catch (error) {
    throw notSent(error, attempt);
  }
}

async function outgoingBytes(bytes: Uint8Array, expected: Expectation): Promise<Outgoing> {
  const digests = await verifiedBytes(bytes, expected, ['md5']);
  return { bytes, digests: () => digests, failure: () => undefined, cancel: async () => {} };
}

async function outgoingStream(opened: ObjectBody, expected: Expectation, attempt: Attempt): Promise<Outgoing> {
  const { body, digests } = await verifiedBody(opened, expected, ['md5']);
  let failure: VfsError | undefined;
  async function* pass(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* heldBack(body, expected);
    } catch (error) {
      failure = notSent(error, attempt);
      throw failure;
    }
  }
  return { bytes: pass(), digests, failure: () => failure, cancel: () => body.cancel() };
}

/** The failure of a source: Swift never had a whole request, so it stored nothing. */
function notSent(error: unknown, attempt: Attempt): VfsError {
  return beforeSending(toVfsError(error, attempt), attempt);
}

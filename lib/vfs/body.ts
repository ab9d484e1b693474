import { setMaxListeners } from 'node:events';
import { conflictOf, DigestTap, digestBytes } from './checksums.ts';
import { VfsError } from './errors.ts';
import type { BodySource, ChecksumAlgorithm, ChecksumSet, ObjectBody } from './types.ts';

/** A body of bytes in memory. */
export function bytesBody(bytes: Uint8Array): ObjectBody {
  return {
    async *[Symbol.asyncIterator]() {
      if (bytes.byteLength > 0) {
        yield bytes;
      }
    },
    cancel: async () => {},
  };
}

/** Whose bytes a body is: the operation and the target for the message of a failure. */
export interface BodyOrigin {
  /** The verb, as in the driver interface. */
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
}

/**
 * Passes a body on until the signal fires; then rejects with `Aborted`, even if the body never answers. A body that is
 * not passed on to its end is cancelled.
 */
export function abortableBody(body: ObjectBody, signal: AbortSignal, origin: BodyOrigin): ObjectBody {
  async function* pass() {
    let ended = false;
    let fire = () => {};
    const fired = new Promise<never>((_, reject) => {
      fire = () => reject(signal.reason);
    });
    fired.catch(() => {}); // Seen by the race below, or by nobody when the body has ended.
    setMaxListeners(0, signal); // One listener for each body under way is no leak.
    signal.addEventListener('abort', fire, { once: true });
    const iterator = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        signal.throwIfAborted();
        const next = await Promise.race([iterator.next(), fired]);
        if (next.done === true) {
          ended = true;
          return;
        }
        yield next.value;
      }
    } catch (error) {
      throw signal.aborted ? aborted(origin, error) : error;
    } finally {
      signal.removeEventListener('abort', fire);
      if (!ended) {
        body.cancel().catch(() => {}); // The failure that is thrown says more.
      }
    }
  }
  return { [Symbol.asyncIterator]: pass, cancel: () => body.cancel() };
}

function aborted({ operation, target }: BodyOrigin, cause: unknown): VfsError {
  return new VfsError({ code: 'Aborted', operation, target, reason: 'the caller gave up', cause });
}

/** A source of bytes in memory, with the digests that the caller vouches for. */
export function bytesSource(bytes: Uint8Array, checksums: ChecksumSet = {}): BodySource {
  return { size: bytes.byteLength, checksums, bytes, open: async () => bytesBody(bytes) };
}

/** A source of text, as UTF-8. */
export function textSource(text: string): BodySource {
  return bytesSource(Buffer.from(text));
}

/** Reads a body to its end. Rejects with `TooLarge` beyond `limit` bytes, after it cancelled the body. */
export async function collect(body: ObjectBody, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) {
      await body.cancel();
      throw new VfsError({
        code: 'TooLarge',
        operation: 'read',
        target: 'body',
        reason: `more than the ${limit} bytes expected`,
      });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

/** What a body must turn out to be. */
export interface Expectation extends BodyOrigin {
  readonly size: number;
  readonly checksums: ChecksumSet;
}

/**
 * Passes a body on and rejects with `ChecksumMismatch`, at its end, unless it had the size and digests expected.
 *
 * `also` names further digests to compute; `digests` resolves to all of them once the body ended well.
 */
export async function verifiedBody(
  body: ObjectBody,
  expected: Expectation,
  also: readonly ChecksumAlgorithm[] = [],
): Promise<{ readonly body: ObjectBody; readonly digests: () => ChecksumSet }> {
  const algorithms = new Set([...(Object.keys(expected.checksums) as ChecksumAlgorithm[]), ...also]);
  const tap = await DigestTap.create([...algorithms]);
  let digests: ChecksumSet = {};
  async function* pass() {
    for await (const chunk of body) {
      tap.update(chunk);
      yield chunk;
    }
    digests = tap.finish();
    refuseOther(expected, tap.size, digests);
  }
  return { body: { [Symbol.asyncIterator]: pass, cancel: () => body.cancel() }, digests: () => digests };
}

/** The same for bytes in memory: resolves to the digests expected and those of `also`. */
export async function verifiedBytes(
  bytes: Uint8Array,
  expected: Expectation,
  also: readonly ChecksumAlgorithm[] = [],
): Promise<ChecksumSet> {
  const vouched = Object.keys(expected.checksums) as ChecksumAlgorithm[];
  const digests = await digestBytes(bytes, [...new Set([...vouched, ...also])]);
  refuseOther(expected, bytes.byteLength, digests);
  return digests;
}

/** Throws `ChecksumMismatch` unless bytes of this size and these digests are those expected. */
export function refuseOther(expected: Expectation, size: number, digests: ChecksumSet): void {
  const conflict = conflictOf(expected.checksums, digests);
  if (size === expected.size && conflict === undefined) {
    return;
  }
  const reason =
    size === expected.size
      ? `the ${conflict} of the bytes is ${conflict && digests[conflict]}, and ${conflict && expected.checksums[conflict]} was expected`
      : `${size} bytes came, and ${expected.size} were expected`;
  throw new VfsError({ code: 'ChecksumMismatch', operation: expected.operation, target: expected.target, reason });
}

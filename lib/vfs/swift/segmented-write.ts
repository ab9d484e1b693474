import { randomUUID } from 'node:crypto';
import { createDigest } from '../checksums.ts';
import { VfsError } from '../errors.ts';
import type { BodySource } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import { type Attempt, failureOf } from './errors.ts';
import type { LargeObjects, Segment } from './large-objects.ts';
import { segmentName } from './names.ts';
import type { Tagged } from './object-fields.ts';
import { type Outgoing, outgoing } from './request-body.ts';
import { taken } from './send-body.ts';

/** Bytes of a segment, unless a plain object may not be as large, or there would be too many of them. */
const usualSegment = 1024 ** 3;

/** Milliseconds for the removal of what was sent. */
const removalMs = 10_000;

/** What the object is to be called, and its headers. */
interface Target {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Writes what is larger than a plain object may be: one segment after another from one stream, then the manifest, under the condition. Nothing is visible
 * under the key before that.
 *
 * Segments of a write that failed are removed, but for one whose manifest may be there all the same.
 */
export async function writeInSegments(
  connection: SwiftConnection,
  large: LargeObjects,
  source: BodySource,
  target: Target,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Tagged> {
  const sender = new SegmentSender(connection, attempt, signal);
  try {
    large.noteSegments();
    const segments = await sender.sendAll(source);
    return await large.putManifest(segments, target, attempt, signal);
  } catch (error) {
    const failure = failureOf(error, attempt, signal);
    if (!sender.isDone || !failure.maybeApplied) {
      await large.remove(sender.names, AbortSignal.timeout(removalMs)); // Also when the caller gave up.
    }
    throw failure;
  }
}

class SegmentSender {
  readonly names: string[] = [];
  /** Whether all segments are there. */
  isDone = false;
  readonly #connection: SwiftConnection;
  readonly #attempt: Attempt;
  readonly #signal: AbortSignal;
  readonly #upload = randomUUID();

  constructor(connection: SwiftConnection, { operation, target }: Attempt, signal: AbortSignal) {
    this.#connection = connection;
    this.#attempt = { operation, target };
    this.#signal = signal;
  }

  async sendAll(source: BodySource): Promise<readonly Segment[]> {
    const { bytes, ...streamed } = source;
    const body = await outgoing(bytes === undefined ? source : streamed, this.#attempt, this.#signal);
    try {
      const segments = await this.#send(body, source.size);
      this.isDone = true;
      return segments;
    } catch (error) {
      throw body.failure() ?? error;
    } finally {
      await body.cancel();
    }
  }

  async #send(body: Outgoing, size: number): Promise<readonly Segment[]> {
    const { maxSize, maxCount } = this.#connection.settings.capabilities.parts;
    const length = Math.min(maxSize, Math.max(usualSegment, Math.ceil(size / maxCount)));
    const slices = new Slices(body.bytes as AsyncIterable<Uint8Array>);
    const segments: Segment[] = [];
    for (let offset = 0; offset < size; offset += length) {
      segments.push(await this.#put(segments.length + 1, slices, Math.min(length, size - offset)));
    }
    return segments;
  }

  async #put(number: number, slices: Slices, size: number): Promise<Segment> {
    const name = segmentName(this.#upload, number);
    this.names.push(name);
    const md5 = await createDigest('md5');
    let isOpened = false;
    const body = async () => {
      if (isOpened) {
        const { operation, target } = this.#attempt;
        const reason = 'the token ended while the object was sent, which cannot be taken up in the middle';
        throw new VfsError({ code: 'Unavailable', operation, target, reason, maybeApplied: false });
      }
      isOpened = true;
      return slices.next(size, (chunk) => md5.update(chunk));
    };
    const headers = { 'content-length': `${size}`, 'content-type': 'application/octet-stream' };
    const request = { method: 'PUT', name, headers, body, absent: 'container' } as const;
    const answer = await this.#connection.tell(request, this.#attempt, this.#signal);
    const etag = md5.finish();
    taken(answer, { md5: etag }, this.#connection.believed, this.#attempt);
    return { name, etag, size };
  }
}

/** One stream, cut into pieces of given lengths that are read one after another. */
class Slices {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next bytes. Ends early only where the stream does, which then has failed. */
  async *next(length: number, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0; ) {
      const chunk = this.#rest.byteLength > 0 ? this.#rest : await this.#read();
      if (chunk === undefined) {
        return;
      }
      const piece = chunk.subarray(0, left);
      this.#rest = chunk.subarray(piece.byteLength);
      left -= piece.byteLength;
      see(piece);
      yield piece;
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#chunks.next();
    return done === true ? undefined : value;
  }
}

import { createHash } from 'node:crypto';
import { notImplemented } from './errors.ts';

/** The bytes of an object, or of a part. Never changed once made, so that versions and copies can share it. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`, in pieces that the receiver must not change. */
  chunks(start: number, end: number): Iterable<Uint8Array>;
}

/** Content held in memory, in the pieces in which it arrived. */
export class MemoryContent implements Content {
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
    this.size = chunks.reduce((size, chunk) => size + chunk.length, 0);
  }

  *chunks(start: number, end: number): Iterable<Uint8Array> {
    let offset = 0;
    for (const chunk of this.#chunks) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, chunk.length);
      if (from < to) {
        yield from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
      }
      offset += chunk.length;
      if (offset >= end) {
        return;
      }
    }
  }
}

/** Several contents, one after another: the parts of a multipart upload. */
export class JoinedContent implements Content {
  readonly size: number;
  readonly #parts: readonly Content[];

  constructor(parts: readonly Content[]) {
    this.#parts = parts;
    this.size = parts.reduce((size, part) => size + part.size, 0);
  }

  *chunks(start: number, end: number): Iterable<Uint8Array> {
    let offset = 0;
    for (const part of this.#parts) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, part.size);
      if (from < to) {
        yield* part.chunks(from, to);
      }
      offset += part.size;
    }
  }
}

/** A range of another content, without a copy of it. */
export function slice(content: Content, start: number, end: number): Content {
  return {
    size: end - start,
    chunks: (from, to) => content.chunks(start + from, start + to),
  };
}

const blockSize = 64 * 1024;

/**
 * Content made up as it is read, the same for the same seed: large objects that take no memory. Each block of 64 KiB
 * is the same noise with the block's number at its front, so that no two blocks are equal.
 */
export class SyntheticContent implements Content {
  readonly size: number;
  readonly #noise: Buffer;

  constructor(size: number, seed: string) {
    this.size = size;
    this.#noise = createHash('shake256', { outputLength: blockSize }).update(seed).digest();
  }

  *chunks(start: number, end: number): Iterable<Uint8Array> {
    for (let number = Math.floor(start / blockSize); number * blockSize < end; number += 1) {
      const block = Buffer.from(this.#noise);
      block.writeUIntBE(number, 0, 6);
      yield block.subarray(Math.max(start - number * blockSize, 0), Math.min(end - number * blockSize, blockSize));
    }
  }
}

/** Content that was digested and counted as it arrived, and let go: for written bodies too large to keep. */
export class DiscardedContent implements Content {
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  chunks(): Iterable<Uint8Array> {
    throw notImplemented('Reading a body that was discarded for its size (discardBodiesAbove)');
  }
}

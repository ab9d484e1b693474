import { collect } from '../../lib/vfs/body.ts';
import type { BodySource, ChecksumSet, ObjectBody } from '../../lib/vfs/types.ts';

/** What a source claims of itself, where that is not what it yields. */
export interface Claims {
  readonly size?: number;
  readonly checksums?: ChecksumSet;
}

/** A source that yields these chunks, and has no bytes in memory as far as the store can see. */
export function chunkedSource(chunks: readonly Uint8Array[], claims: Claims = {}): BodySource {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return {
    size: claims.size ?? size,
    checksums: claims.checksums ?? {},
    open: async () =>
      bodyOf(async function* () {
        yield* chunks;
      }),
  };
}

/** A source that yields these bytes and then fails. Its size is that of `bytes` and `missing` more. */
export function failingSource(bytes: Uint8Array, error: Error, missing = 1): BodySource {
  return {
    size: bytes.byteLength + missing,
    checksums: {},
    open: async () =>
      bodyOf(async function* () {
        yield bytes;
        throw error;
      }),
  };
}

/** A source that yields these bytes, tells `onStall`, and then gives no more: whoever waits must give up by its signal. */
export function stallingSource(bytes: Uint8Array, onStall: () => void, missing = 1): BodySource {
  return {
    size: bytes.byteLength + missing,
    checksums: {},
    open: async () =>
      bodyOf(async function* () {
        yield bytes;
        onStall();
        await new Promise(() => {});
      }),
  };
}

/** A source that counts how often it was opened and how many of its bodies were cancelled. */
export function watchedSource(source: BodySource): { source: BodySource; opened: number; cancelled: number } {
  const { bytes: _, ...streamed } = source;
  const watched = {
    opened: 0,
    cancelled: 0,
    source: {
      ...streamed,
      open: async (signal: AbortSignal) => {
        watched.opened += 1;
        const body = await source.open(signal);
        const cancel = async () => {
          watched.cancelled += 1;
          await body.cancel();
        };
        return { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](), cancel };
      },
    },
  };
  return watched;
}

/** Bytes that differ at every place, the same for the same seed. */
export function patternBytes(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < size; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}

/** The whole body as text. */
export async function textOf(body: ObjectBody): Promise<string> {
  return Buffer.from(await collect(body, Number.POSITIVE_INFINITY)).toString();
}

function bodyOf(generate: () => AsyncGenerator<Uint8Array, void, undefined>): ObjectBody {
  return { [Symbol.asyncIterator]: generate, cancel: async () => {} };
}

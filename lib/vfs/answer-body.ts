import type { Readable } from 'node:stream';
import type { ObjectBody } from './types.ts';

/**
 * The bytes of an answer as the body of an object. What breaks it rejects with what `failure` makes of it; `cancel` closes the connection, for the rest
 * will never be read.
 */
export function answerBody(
  answer: Readable,
  failure: (error: unknown) => Error,
  close: () => void = () => answer.destroy(),
): ObjectBody {
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* answer;
    } catch (error) {
      throw failure(error);
    }
  }
  return { [Symbol.asyncIterator]: bytes, cancel: async () => close() };
}

/** The code of an answer that has more bytes than any answer of its kind. */
export const tooLong = 'TOO_LONG';

/** All bytes of an answer that is no object. Rejects with the code `tooLong` beyond so many, and leaves the rest unread; the connection is then closed. */
export async function answerBytes(answer: Readable, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) {
      throw Object.assign(new Error(`an answer of more than ${limit} bytes`), { code: tooLong });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

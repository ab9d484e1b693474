import type { ObjectBody } from '../types.ts';

/** A body in two parts, the first of a given size. Memory holds what is left of one chunk, and the second part. */
export class SplitBody {
  readonly headSize: number;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array | undefined;

  constructor(body: ObjectBody, headSize: number) {
    this.headSize = headSize;
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** The first part. It is shorter where the body is. */
  async *head(): AsyncGenerator<Uint8Array, void, undefined> {
    let missing = this.headSize;
    while (missing > 0) {
      const { done, value: chunk } = await this.#chunks.next();
      if (done === true) {
        return;
      }
      yield chunk.subarray(0, missing);
      this.#left = chunk.subarray(missing);
      missing -= Math.min(missing, chunk.byteLength);
    }
  }

  /** The second part, after the first was read to its end. */
  async tail(): Promise<Uint8Array> {
    const chunks = this.#left === undefined ? [] : [this.#left];
    for (let next = await this.#chunks.next(); next.done !== true; next = await this.#chunks.next()) {
      chunks.push(next.value);
    }
    return Buffer.concat(chunks);
  }
}

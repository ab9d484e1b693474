/** Reads lines and runs of bytes from a body that arrives in pieces. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The text up to the next CR LF, which is taken too; undefined when the body ends before one. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const text = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return text;
      }
      const more = await this.#next();
      // A line of the framing is short: a body without an end of line is no framing at all.
      if (more === undefined || this.#rest.length > 16_384) {
        return undefined;
      }
      this.#rest = Buffer.concat([this.#rest, more]);
    }
  }

  /** The next `length` bytes in pieces; fewer when the body ends before them. */
  async *take(length: number): AsyncIterable<Buffer> {
    let wanted = length;
    while (wanted > 0) {
      if (this.#rest.length === 0) {
        const more = await this.#next();
        if (more === undefined) {
          return;
        }
        this.#rest = more;
      }
      const piece = this.#rest.subarray(0, wanted);
      this.#rest = this.#rest.subarray(piece.length);
      wanted -= piece.length;
      yield piece;
    }
  }

  async #next(): Promise<Buffer | undefined> {
    const next = await this.#source.next();
    return next.done === true ? undefined : next.value;
  }
}

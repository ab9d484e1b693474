import { createHmac, randomBytes } from 'node:crypto';

/** What a receipt handle stands for: one receipt of one message. */
export interface Receipt {
  /** The message's number in its queue. */
  readonly sequence: number;
  /** Which of the message's receipts it was, from one. */
  readonly count: number;
}

/** Issues a queue's receipt handles, and knows its own from anything else, also after the message is gone. */
export class ReceiptHandles {
  readonly #key = randomBytes(16);

  issue({ sequence, count }: Receipt): string {
    const text = `${sequence}.${count}`;
    return Buffer.from(`${text}.${this.#seal(text)}`).toString('base64');
  }

  /** The receipt behind a handle; undefined for a text that this queue never issued. */
  read(handle: string): Receipt | undefined {
    const [sequence, count, seal] = Buffer.from(handle, 'base64').toString().split('.');
    if (seal !== this.#seal(`${sequence}.${count}`)) {
      return undefined;
    }
    return { sequence: Number(sequence), count: Number(count) };
  }

  #seal(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

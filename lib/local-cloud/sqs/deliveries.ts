import type { MessageContent } from './message-content.ts';

/**
 * Makes a queue's deliveries as bad as SQS allows: late, doubled and out of order. A test or a demo sets it; without,
 * each message is delivered once, in order, at once.
 */
export class Deliveries {
  #held = false;
  readonly #released: () => void;
  /** The extra delay of each copy that is made of a message that is sent, in seconds. Two entries: it comes twice. */
  copies: (content: MessageContent) => readonly number[] = () => [0];
  /** The order in which the messages that could be received now are taken; undefined: the order of sending. */
  order: (<T>(messages: readonly T[]) => readonly T[]) | undefined;

  constructor(released: () => void) {
    this.#released = released;
  }

  get held(): boolean {
    return this.#held;
  }

  /** From now on nothing is received; what is sent waits. */
  hold(): void {
    this.#held = true;
  }

  /** Ends a `hold`. */
  release(): void {
    this.#held = false;
    this.#released();
  }

  /** Back to one delivery, in order, at once. */
  reset(): void {
    this.copies = () => [0];
    this.order = undefined;
    this.release();
  }
}

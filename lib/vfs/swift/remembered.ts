import { setMaxListeners } from 'node:events';
import type { Clock } from '../../flow/clock.ts';

/** An answer, and until when it holds, in milliseconds since the epoch. */
export interface Lasting<T> {
  readonly value: T;
  readonly until: number;
}

/** A question under way, and how many wait for its answer. */
interface Asking<T> {
  readonly answer: Promise<Lasting<T>>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Something that is asked for once and known for a while: a token, whether a container is there.
 *
 * All who want it meanwhile share one question. It is given up when the last of them gives up, so that no request goes on for nobody.
 */
export class Remembered<T> {
  readonly #ask: (signal: AbortSignal) => Promise<Lasting<T>>;
  readonly #clock: Clock;
  #known: Lasting<T> | undefined;
  #asking: Asking<T> | undefined;

  constructor(clock: Clock, ask: (signal: AbortSignal) => Promise<Lasting<T>>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** The answer. Rejects as the question does; a failure is not remembered. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#known !== undefined && this.#clock.now() < this.#known.until) {
      return this.#known.value;
    }
    return (await this.#wait(signal)).value;
  }

  /** Learns an answer without asking; one that is still to come is older, and for those alone who wait for it. */
  learn(known: Lasting<T>): void {
    this.#asking = undefined;
    this.#known = known;
  }

  /** Forgets this answer, unless another has come since. */
  forget(value: T): void {
    if (this.#known?.value === value) {
      this.#known = undefined;
    }
  }

  async #wait(signal: AbortSignal): Promise<Lasting<T>> {
    this.#asking ??= this.#askNow();
    const asking = this.#asking;
    asking.waiting += 1;
    let giveUp = () => {};
    const gaveUp = new Promise<never>((_, reject) => {
      giveUp = () => reject(signal.reason);
    });
    setMaxListeners(0, signal); // One listener for each call that waits is no leak.
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([asking.answer, gaveUp]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      asking.waiting -= 1;
      if (asking.waiting === 0 && this.#asking === asking) {
        this.#asking = undefined;
        asking.abort.abort();
      }
    }
  }

  #askNow(): Asking<T> {
    const abort = new AbortController();
    const asking: Asking<T> = { abort, waiting: 0, answer: this.#ask(abort.signal) };
    asking.answer.then(
      (known) => this.#settle(asking, known),
      () => this.#settle(asking),
    );
    return asking;
  }

  #settle(asking: Asking<T>, known?: Lasting<T>): void {
    if (this.#asking === asking) {
      this.#asking = undefined;
      this.#known = known;
    }
  }
}

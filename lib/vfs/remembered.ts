import type { Clock } from '../flow/clock.ts';
import { unlessAborted } from './unless-aborted.ts';

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
 * Something that is asked for once and known for a while: a token, keys, whether a container is there.
 *
 * All who want it meanwhile share one question. It is given up when the last of them gives up, so that no request goes on for nobody.
 */
export class Remembered<T> {
  readonly #ask: (signal: AbortSignal, before: T | undefined) => Promise<Lasting<T>>;
  readonly #clock: Clock;
  #known: Lasting<T> | undefined;
  #asking: Asking<T> | undefined;

  /** `ask` is given a signal that fires when nobody waits any more, and the last answer. */
  constructor(clock: Clock, ask: (signal: AbortSignal, before: T | undefined) => Promise<Lasting<T>>) {
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

  /** Asks anew next time; where an answer is given, only unless another has come since. */
  forget(value: T | undefined = this.#known?.value): void {
    if (this.#known?.value === value) {
      this.#known = undefined;
    }
  }

  async #wait(signal: AbortSignal): Promise<Lasting<T>> {
    this.#asking ??= this.#askNow();
    const asking = this.#asking;
    asking.waiting += 1;
    try {
      return await unlessAborted(asking.answer, signal);
    } finally {
      asking.waiting -= 1;
      if (asking.waiting === 0 && this.#asking === asking) {
        this.#asking = undefined;
        asking.abort.abort();
      }
    }
  }

  #askNow(): Asking<T> {
    const abort = new AbortController();
    const asking: Asking<T> = { abort, waiting: 0, answer: this.#ask(abort.signal, this.#known?.value) };
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

import { setMaxListeners } from 'node:events';
import type { Clock } from '../../flow/clock.ts';

/** An answer, and the time from which on it is asked for anew, in milliseconds since the epoch. */
export interface Lasting<T> {
  readonly value: T;
  readonly until: number;
}

/**
 * Something that is asked for once and then known for a while. All who want it meanwhile share the question; a failure is forgotten,
 * so that the next one asks again.
 */
export class Remembered<T> {
  readonly #ask: (before: T | undefined) => Promise<Lasting<T>>;
  readonly #clock: Clock;
  #last: Lasting<T> | undefined;
  #question: Promise<Lasting<T>> | undefined;

  /** `ask` is given the last answer. */
  constructor(ask: (before: T | undefined) => Promise<Lasting<T>>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The answer. A signal that fires gives up the waiting, and not the question, which others may wait for. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#last !== undefined && this.#clock.now() < this.#last.until) {
      return this.#last.value;
    }
    this.#question ??= this.#askNow();
    return unlessAborted(this.#question, signal);
  }

  /** Asks anew next time. */
  forget(): void {
    this.#last = undefined;
  }

  async #askNow(): Promise<Lasting<T>> {
    try {
      this.#last = await this.#ask(this.#last?.value);
      return this.#last;
    } finally {
      this.#question = undefined;
    }
  }
}

function unlessAborted<T>(question: Promise<Lasting<T>>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    setMaxListeners(0, signal); // One listener for each that waits is no leak.
    signal.addEventListener('abort', giveUp, { once: true });
    const done = () => signal.removeEventListener('abort', giveUp);
    question.finally(done).then(({ value }) => resolve(value), reject);
  });
}

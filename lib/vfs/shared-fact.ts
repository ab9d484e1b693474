import { unlessAborted } from './unless-aborted.ts';

/**
 * A fact that is asked for once and then known. All who want it share the question; a failure is forgotten, so that the next one
 * asks again.
 */
export class SharedFact<T> {
  readonly #ask: () => Promise<T>;
  #answer: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** The fact. A signal that fires gives up the waiting, and not the question, which others may wait for. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#answer ??= this.#ask();
    const answer = this.#answer;
    answer.catch(() => this.#forget(answer));
    return unlessAborted(answer, signal);
  }

  /** Asks anew next time. */
  forget(): void {
    this.#answer = undefined;
  }

  #forget(answer: Promise<T>): void {
    if (this.#answer === answer) {
      this.#answer = undefined;
    }
  }
}

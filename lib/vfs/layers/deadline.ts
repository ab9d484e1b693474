import { setMaxListeners } from 'node:events';

/**
 * A signal that fires with the caller's, or when too much time has passed while the deadline ran.
 *
 * `AbortSignal.any` follows signals too, but on Node 20 each signal that it makes is kept for as long as the one it
 * follows: more than a kilobyte a call.
 */
export class Deadline {
  /** Milliseconds from `start`, or the last `restart`, on. */
  readonly ms: number;
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  readonly #follow = () => this.#controller.abort(this.#caller.reason);
  #timer: NodeJS.Timeout | undefined;
  #expired = false;

  constructor(ms: number, caller: AbortSignal) {
    this.ms = ms;
    this.#caller = caller;
    if (caller.aborted) {
      this.#follow();
    }
    setMaxListeners(0, caller); // One listener for each call under way is no leak.
    caller.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether time has passed that the caller would still have given. */
  get passed(): boolean {
    return this.#expired && !this.#caller.aborted;
  }

  /** Lets the time run, from its beginning. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#expire(), this.ms);
  }

  /** Begins anew with the time, where it runs: something has moved. */
  restart(): void {
    this.#timer?.refresh();
  }

  /** Lets no time run until the next `start`. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Stops, and lets go of the caller's signal. */
  release(): void {
    this.stop();
    this.#caller.removeEventListener('abort', this.#follow);
  }

  #expire(): void {
    this.#timer = undefined; // Refreshed, a timer that has fired would run again.
    this.#expired = true;
    this.#controller.abort();
  }
}

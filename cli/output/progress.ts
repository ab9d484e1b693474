import type { Clock } from '../../lib/flow/clock.ts';
import type { Sink } from '../io.ts';

/** Where progress is told, and of what. */
export interface ProgressOptions {
  readonly out: Sink;
  readonly clock: Clock;
  /** Writes nothing at all. */
  readonly quiet: boolean;
  /** What is going on: `sync`. */
  readonly label: string;
  /** How many steps there will be, where that is known. */
  readonly total: number | undefined;
}

const barWidth = 24;
const redrawMs = 100;
const heartbeatMs = 10_000;

/** Tells a person how far a command is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #interactive: boolean;
  #done = 0;
  #drawnAt: number;
  #drawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#interactive = options.out.isTTY;
    this.#drawnAt = options.clock.now();
  }

  /** One step is done. `detail` says what came of all of them so far. */
  async step(detail: string): Promise<void> {
    this.#done += 1;
    const { quiet, clock, out } = this.#options;
    const now = clock.now();
    if (quiet || now - this.#drawnAt < (this.#interactive ? redrawMs : heartbeatMs)) {
      return;
    }
    this.#drawnAt = now;
    this.#drawn = true;
    const width = Math.max(20, (out.columns ?? 80) - 1);
    await out.write(this.#interactive ? `\r${this.#bar(detail).slice(0, width)}\u001b[K` : `${this.#line(detail)}\n`);
  }

  /** Takes the bar away, so that other lines can follow. */
  async clear(): Promise<void> {
    if (this.#drawn && this.#interactive) {
      this.#drawn = false;
      await this.#options.out.write('\r\u001b[K');
    }
  }

  #bar(detail: string): string {
    const { label, total } = this.#options;
    if (total === undefined || total === 0) {
      return this.#line(detail);
    }
    const share = Math.min(1, this.#done / total);
    const filled = Math.floor(share * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    return `${label} ${bar} ${Math.floor(share * 100)}% ${this.#done}/${total}, ${detail}`;
  }

  #line(detail: string): string {
    const { label, total } = this.#options;
    return `${label}: ${this.#done}${total === undefined ? '' : `/${total}`}, ${detail}`;
  }
}

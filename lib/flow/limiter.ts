interface Waiting {
  readonly weight: number;
  readonly admit: () => void;
}

/**
 * Bounds what concurrent work may hold together, such as bytes in memory.
 *
 * First come, first served: a heavy piece of work waits for its room, and light ones behind it do not overtake. A
 * weight above the capacity runs alone.
 */
export class Limiter {
  readonly #capacity: number;
  readonly #queue: Waiting[] = [];
  #free: number;

  /** Throws `RangeError` unless the capacity is above zero. */
  constructor(capacity: number) {
    if (!(capacity > 0)) {
      throw new RangeError(`the capacity of a limiter is ${capacity}; expected a number above zero`);
    }
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /** Whether work of this weight would run at once. */
  hasRoom(weight: number): boolean {
    return this.#queue.length === 0 && Math.min(weight, this.#capacity) <= this.#free;
  }

  /** Runs the work once there is room for its weight, which is given back when the work ends either way. */
  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    const held = Math.min(weight, this.#capacity);
    await this.#admission(held);
    try {
      return await work();
    } finally {
      this.#free += held;
      this.#admit();
    }
  }

  #admission(weight: number): Promise<void> {
    return new Promise((admit) => {
      this.#queue.push({ weight, admit });
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && next.weight <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.weight;
      next.admit();
    }
  }
}

/** Runs pieces of work of one name one after another, in the order in which they come; those of different names side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs work when its turn has come. However the piece before it ended. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const own = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const over = own.catch(() => {});
    this.#last.set(name, over);
    try {
      return await own;
    } finally {
      if (this.#last.get(name) === over) {
        this.#last.delete(name);
      }
    }
  }
}

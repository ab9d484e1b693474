import { compareKeys } from '../keys.ts';
import type { ListItem } from '../listing.ts';

/** Of the items that pass, those that come first in the order of keys. Holds at most twice as many as are wanted. */
export class SmallestItems<T> {
  readonly #wanted: number;
  readonly #items = new Map<string, { readonly item: ListItem; readonly value: T }>();
  /** From here on, items need not be kept. */
  #end: string | undefined;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Takes notice of an item; of several with one text, the last counts. */
  add(item: ListItem, value: T): void {
    if (this.#end === undefined || compareKeys(item.text, this.#end) <= 0) {
      this.#items.set(item.text, { item, value });
    }
    if (this.#items.size >= this.#wanted * 2) {
      this.#cut();
    }
  }

  /** The items that come first, in order. */
  sorted(): readonly { readonly item: ListItem; readonly value: T }[] {
    this.#cut();
    return [...this.#items.values()].sort((a, b) => compareKeys(a.item.text, b.item.text));
  }

  #cut(): void {
    const texts = [...this.#items.keys()].sort(compareKeys);
    for (const text of texts.slice(this.#wanted)) {
      this.#items.delete(text);
    }
    this.#end = texts.length < this.#wanted ? undefined : texts[this.#wanted - 1];
  }
}

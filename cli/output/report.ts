import type { Sink } from '../io.ts';
import type { Format } from './format.ts';
import { toJson, toJsonLine } from './json.ts';

/** How the findings of one command are written. */
export interface ReportShape<Item extends object, Summary extends object> {
  /** Names the document, for programs that read several: `clusters`, `verification`. */
  readonly kind: string;
  /** Names one item of it, in the field `record` of its line in `jsonl`: `cluster`. The last line is the rest, with `kind` there. */
  readonly itemKind: string;
  /** The field of the document that holds the items; undefined for a document without any. */
  readonly itemsField?: string;
  /** One item as a line of text, written as it is found; undefined for an item that the table leaves out. */
  readonly line?: (item: Item) => string | undefined;
  /** What a table has besides lines, at the end. Holds the items only where there is no `line`. */
  readonly table: (items: readonly Item[], summary: Summary) => string;
}

/** Writes what a command finds, in the format that was asked for: as it comes, where the format can. */
export class Report<Item extends object, Summary extends object> {
  readonly #shape: ReportShape<Item, Summary>;
  readonly #format: Format;
  readonly #out: Sink;
  readonly #items: Item[] = [];

  constructor(shape: ReportShape<Item, Summary>, format: Format, out: Sink) {
    this.#shape = shape;
    this.#format = format;
    this.#out = out;
  }

  async add(item: Item): Promise<void> {
    const { itemKind, line } = this.#shape;
    if (this.#format === 'jsonl') {
      await this.#out.write(toJsonLine({ record: itemKind, ...item }));
    } else if (this.#format === 'table' && line !== undefined) {
      const text = line(item);
      await (text === undefined ? undefined : this.#out.write(`${text}\n`));
    } else {
      this.#items.push(item);
    }
  }

  /** Writes all that is left. */
  async end(summary: Summary): Promise<void> {
    const { kind, itemsField } = this.#shape;
    const document = { kind, ...summary, ...(itemsField !== undefined && { [itemsField]: this.#items }) };
    await this.#out.write(await this.#text(document, summary));
  }

  async #text(document: object, summary: Summary): Promise<string> {
    switch (this.#format) {
      case 'table':
        return this.#shape.table(this.#items, summary);
      case 'json':
        return toJson(document);
      case 'jsonl':
        return toJsonLine({ record: this.#shape.kind, ...summary });
      case 'yaml':
        return (await import('./yaml.ts')).toYaml(document);
    }
  }
}

import { settleAll } from '../flow/concurrency.ts';
import { compareKeys } from '../vfs/keys.ts';
import type { ObjectEntry } from '../vfs/types.ts';
import { compareEntries } from './compare.ts';

/** What two listings say of one key. At least one side is there. */
export interface Pair {
  readonly key: string;
  readonly source?: ObjectEntry;
  readonly replica?: ObjectEntry;
}

/** Whether the listings alone prove both ends equal. */
export function isSettled({ source, replica }: Pair): boolean {
  return source !== undefined && replica !== undefined && compareEntries(source, replica).kind === 'same';
}

/** Walks two listings in step, in memory that does not grow with them. Both must come in ascending order of keys. */
export async function* pairs(
  source: AsyncIterable<ObjectEntry>,
  replica: AsyncIterable<ObjectEntry>,
): AsyncGenerator<Pair, void, undefined> {
  const left = new Side(source);
  const right = new Side(replica);
  try {
    await settleAll([left.advance(), right.advance()]);
    for (let order = compareHeads(left, right); order !== undefined; order = compareHeads(left, right)) {
      const [a, b] = [order <= 0 ? left.head : undefined, order >= 0 ? right.head : undefined];
      const key = (a ?? b)?.key ?? '';
      yield { key, ...(a && { source: a }), ...(b && { replica: b }) };
      await settleAll([a && left.advance(), b && right.advance()]);
    }
  } finally {
    await settleAll([left.close(), right.close()]);
  }
}

/** Below zero when the left head comes first, above when the right does, undefined when both sides are at their end. */
function compareHeads({ head: a }: Side, { head: b }: Side): number | undefined {
  if (a === undefined) {
    return b === undefined ? undefined : 1;
  }
  return b === undefined ? -1 : compareKeys(a.key, b.key);
}

class Side {
  head: ObjectEntry | undefined;
  readonly #entries: AsyncIterator<ObjectEntry>;

  constructor(entries: AsyncIterable<ObjectEntry>) {
    this.#entries = entries[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    const { value, done } = await this.#entries.next();
    this.head = done === true ? undefined : value;
  }

  async close(): Promise<void> {
    await this.#entries.return?.();
  }
}

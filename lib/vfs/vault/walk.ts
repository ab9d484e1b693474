import { compareKeys } from '../keys.ts';
import type { ListItem } from '../listing.ts';
import { whyNotSecretPath } from './secret-path.ts';

/** What a walk is to find, and how. */
export interface Walk {
  readonly prefix: string;
  readonly delimiter?: '/';
  /** The smallest key that is wanted. */
  readonly start: string;
  /** The names in a folder, those of folders with a slash: a name may stand for a secret and, once more with a slash, for a folder. */
  namesIn(folder: string): Promise<readonly string[]>;
  /** Whether a key counts when a folder is asked whether anything is in it. */
  counts(key: string): Promise<boolean>;
}

/**
 * Walks the tree of a mount in the order of keys, which is not that of Vault's lists: `a-b` comes before all of `a/`, since `-` comes before `/`. Folders count
 * with their slash, and then the order of names is the order of keys.
 *
 * A folder of which no request can say the name (a Vault can be set to take such) is yielded as if it were a key.
 *
 * Asks for one folder after the other, only for those that may hold something wanted, and begins at the folder of the prefix: a policy need not
 * allow more.
 */
export async function* walkMount(walk: Walk): AsyncGenerator<ListItem, void, undefined> {
  const folder = walk.prefix.slice(0, walk.prefix.lastIndexOf('/') + 1);
  if (folder === '' || whyNotSecretPath(folder.slice(0, -1)) === undefined) {
    yield* walkBelow(folder, walk);
  }
}

async function* walkBelow(folder: string, walk: Walk): AsyncGenerator<ListItem, void, undefined> {
  const names = await walk.namesIn(folder);
  const texts = names.map((name) => folder + name).filter((text) => isWanted(text, walk));
  for (const text of texts.sort(compareKeys)) {
    if (!text.endsWith('/')) {
      yield { kind: 'key', text };
    } else if (whyNotSecretPath(text.slice(0, -1)) !== undefined) {
      yield* compareKeys(text, walk.start) < 0 ? [] : [{ kind: 'key', text } as const];
    } else if (walk.delimiter !== undefined) {
      yield* rolledUp(text, walk);
    } else {
      yield* walkBelow(text, walk);
    }
  }
}

/** A folder as a prefix, if anything wanted lies in it. */
async function* rolledUp(text: string, { start, namesIn, counts }: Walk): AsyncGenerator<ListItem, void, undefined> {
  for await (const item of walkBelow(text, { prefix: text, start, namesIn, counts })) {
    if (await counts(item.text)) {
      yield { kind: 'prefix', text };
      return;
    }
  }
}

/** Whether a name under the folder of the prefix, or a folder there, may hold something that is wanted. */
function isWanted(text: string, { prefix, start }: Walk): boolean {
  return text.startsWith(prefix) && (compareKeys(text, start) >= 0 || (text.endsWith('/') && start.startsWith(text)));
}

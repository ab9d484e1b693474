import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareKeys } from '../keys.ts';
import type { ListItem } from '../listing.ts';
import { isErrno } from './errors.ts';
import { ownDirectory } from './root.ts';

export interface Walk {
  readonly prefix: string;
  readonly delimiter?: '/';
  /** The smallest key that is wanted. */
  readonly start: string;
}

/**
 * Walks a directory in the order of keys, which is not that of names: `a-b` comes before all of `a/`, since `-` comes before `/`.
 * Directories count with their slash, and then the order of names is the order of keys.
 *
 * Holds the names of the directories on the way, and enters only those that matter.
 */
export async function* walkDirectory(root: string, walk: Walk): AsyncGenerator<ListItem, void, undefined> {
  yield* walkBelow(root, '', walk);
}

async function* walkBelow(path: string, above: string, walk: Walk): AsyncGenerator<ListItem, void, undefined> {
  for (const text of await textsIn(path, above, walk)) {
    if (!text.endsWith('/')) {
      yield { kind: 'key', text };
    } else if (walk.delimiter !== undefined && text.length > walk.prefix.length) {
      yield* rolledUp(join(path, text.slice(above.length)), text, walk);
    } else {
      yield* walkBelow(join(path, text.slice(above.length)), text, walk);
    }
  }
}

/** A directory as a prefix, if anything wanted lies in it. */
async function* rolledUp(path: string, text: string, walk: Walk): AsyncGenerator<ListItem, void, undefined> {
  for await (const _ of walkBelow(path, text, { prefix: text, start: walk.start })) {
    yield { kind: 'prefix', text };
    return;
  }
}

/** The files and (with a slash) directories that may hold what is wanted, in order. */
async function textsIn(path: string, above: string, { prefix, start }: Walk): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const entry of await entriesOf(path, above)) {
    const text = above + entry.name + (entry.isDirectory() ? '/' : '');
    const isAfter = compareKeys(text, start) >= 0 || (entry.isDirectory() && start.startsWith(text));
    const isUnder = text.startsWith(prefix) || (entry.isDirectory() && prefix.startsWith(text));
    if (isAfter && isUnder && entry.name !== ownDirectory) {
      texts.push(text);
    }
  }
  return texts.sort(compareKeys);
}

async function entriesOf(path: string, above: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (above !== '' && isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return []; // Removed since its name was read.
    }
    throw error;
  }
}

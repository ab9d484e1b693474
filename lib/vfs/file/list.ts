import { lstat } from 'node:fs/promises';
import { mapConcurrently } from '../../flow/concurrency.ts';
import { isKey } from '../keys.ts';
import { startOf, takePage } from '../listing.ts';
import type { ListOptions, ListPage, ObjectEntry, ObjectKey } from '../types.ts';
import { isErrno } from './errors.ts';
import { entryOf } from './object-file.ts';
import type { FileRoot } from './root.ts';
import { walkDirectory } from './walk.ts';

const maxPageSize = 1000;
const looksAtOnce = 16;

/** One page of a directory. What is no regular file, or has no name that is a key, is reported as a marker. */
export async function listFiles(root: FileRoot, options: ListOptions): Promise<ListPage> {
  const { prefix, delimiter, signal } = options;
  const walk = walkDirectory(root.path, { prefix, start: startOf(options), ...(delimiter && { delimiter }) });
  const { items, ...next } = await pageOf(root, walk, Math.min(options.pageSize ?? maxPageSize, maxPageSize), prefix);
  signal.throwIfAborted();
  const keys = items.filter(({ kind }) => kind === 'key').map(({ text }) => text);
  const found = await mapConcurrently(keys, looksAtOnce, (text) => look(root, text));
  return {
    entries: found.filter((one) => typeof one === 'object'),
    prefixes: items.filter(({ kind }) => kind === 'prefix').map(({ text }) => text),
    markers: found.filter((one) => typeof one === 'string'),
    ...next,
  };
}

async function pageOf(root: FileRoot, walk: ReturnType<typeof walkDirectory>, pageSize: number, prefix: string) {
  try {
    return await takePage(walk, pageSize);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      throw root.failure('NotFound', 'list', prefix, `there is no directory ${root.path}`, error);
    }
    throw error;
  }
}

/** The entry of a file; the text where it is none; undefined when it has gone since its name was read. */
async function look(root: FileRoot, text: string): Promise<ObjectEntry | string | undefined> {
  try {
    const info = await lstat(root.pathOf([text]), { bigint: true });
    return info.isFile() && isKey(text) ? await entryOf(root, text as ObjectKey, info) : text;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return text.includes('\ufffd') ? text : undefined; // A name that is no UTF-8 is read with this character in it, and not found by it.
    }
    throw error;
  }
}

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CredentialsError } from '../credentials-error.ts';

/** What a file says, by name. */
export interface Tree {
  readonly [name: string]: unknown;
}

/** The first of these files that is there. Rejects with `CredentialsError` for one that cannot be read, or is no YAML. */
export async function firstFile(
  paths: readonly string[],
): Promise<{ readonly path: string; readonly tree: Tree } | undefined> {
  for (const path of paths) {
    const tree = await readTree(path);
    if (tree !== undefined) {
      return { path, tree };
    }
  }
  return undefined;
}

async function readTree(path: string): Promise<Tree | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return undefined;
    }
    throw new CredentialsError('Unauthenticated', `${path} cannot be read (${error.code})`);
  });
  try {
    return text === undefined ? undefined : treeOf(parse(text, { prettyErrors: false }));
  } catch {
    throw new CredentialsError('Unauthenticated', `${path} is no YAML`); // The parser's own words may hold a line of the file.
  }
}

/** What both say; where they differ, what the second one says. */
export function merged(open: Tree, secret: Tree): Tree {
  const both = Object.entries(secret).map(([name, value]) => [
    name,
    isTree(value) && isTree(open[name]) ? merged(open[name], value) : value,
  ]);
  return { ...open, ...Object.fromEntries(both) };
}

/** What a value holds by name; nothing where it is no such value. */
export function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

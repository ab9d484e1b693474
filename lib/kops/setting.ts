/** Where a value came from. */
export type Origin =
  | { readonly kind: 'argument' }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly key: string }
  | { readonly kind: 'default' };

/** A value, where it came from, and what was odd on the way to it. */
export interface Setting {
  /** Empty when nothing gave one. */
  readonly value: string;
  readonly origin: Origin;
  readonly warnings: readonly string[];
}

/** What a command may look at to find a setting. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** Reads a text file. Rejects as `node:fs` does: with `code: 'ENOENT'` when there is none. */
  readonly readFile: (path: string) => Promise<string>;
}

/** A file's text; undefined when there is no such file; the failure when it could not be read. */
export async function readIfThere(
  path: string,
  readFile: Surroundings['readFile'],
): Promise<{ readonly text: string } | { readonly failure: string } | undefined> {
  try {
    return { text: await readFile(path) };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

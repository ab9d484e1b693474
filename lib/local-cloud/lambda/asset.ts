import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

/** A deployed bundle, copied to a folder of its own that is named by its digest. */
export interface InstalledAsset {
  /** SHA-256, lower-case hexadecimal, of what was copied: see {@link digestOf}. */
  readonly digest: string;
  /** The folder that holds the copy; a function's task root. */
  readonly root: string;
}

/**
 * The SHA-256 of an asset, lower-case hexadecimal. A single file's is the SHA-256 of its bytes. A folder's is the
 * SHA-256 of one line per file, `HEX␠␠PATH\n`, in the byte order of the paths: what
 * `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum` prints in it.
 */
export async function digestOf(path: string): Promise<string> {
  if ((await stat(path)).isFile()) {
    return sha256(await readFile(path));
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = files.map((file) => ({ file, name: relative(path, file).split(sep).join('/') }));
  named.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const lines: string[] = [];
  for (const { file, name } of named) {
    lines.push(`${sha256(await readFile(file))}  ${name}\n`);
  }
  return sha256(Buffer.from(lines.join('')));
}

/**
 * Copies a bundle (a file, or a folder) to `store/DIGEST` and returns where it is. The digest is taken from the copy,
 * so what was checked is what runs. Throws when `expected` is given and differs; nothing is left behind then.
 */
export async function installAsset(source: string, store: string, expected?: string): Promise<InstalledAsset> {
  const incoming = join(store, `incoming-${randomUUID()}`);
  try {
    const isFile = (await stat(source)).isFile();
    const copy = isFile ? join(incoming, basename(source)) : incoming;
    await mkdir(incoming, { recursive: true });
    await cp(source, copy, { recursive: true, dereference: true });
    const digest = await digestOf(copy);
    if (expected !== undefined && digest !== expected) {
      throw new Error(
        `asset ${source}: its SHA-256 is ${digest}, expected ${expected}; build it again and deploy that`,
      );
    }
    const root = join(store, digest);
    // Another function may run from the same bundle already.
    if (!existsSync(root)) {
      await rename(incoming, root);
    }
    return { digest, root };
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

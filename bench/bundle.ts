import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledAsFunction } from '../scripts/bundling.ts';

const root = join(import.meta.dirname, '..');

/** Bundles files of the project into a folder, each to NAME.mjs, the way the functions are. */
export async function bundleFiles(entries: Readonly<Record<string, string>>, folder: string): Promise<void> {
  await build({ ...bundledAsFunction, absWorkingDir: root, entryPoints: { ...entries }, outdir: folder });
}

/** Bundles one piece of code, as if it stood in the project's root, into `FOLDER/index.mjs`. */
export async function bundleCode(contents: string, folder: string): Promise<void> {
  const stdin = { contents, resolveDir: root, sourcefile: 'index.mjs' };
  await build({ ...bundledAsFunction, absWorkingDir: root, stdin, entryNames: 'index', outdir: folder });
}

/** Runs work with a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'statesync-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes of all files in a folder and below. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((file) => stat(join(file.parentPath, file.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

import type { BigIntStats } from 'node:fs';
import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChecksumSet, ContentHeaders, Metadata, ObjectKey } from '../types.ts';
import { syncDirectory } from './descent.ts';
import { isErrno } from './errors.ts';
import { type FileRoot, nameOf } from './root.ts';

/** What the driver knows of a file that it wrote, beyond what the file system keeps. */
export interface Sidecar {
  readonly checksums: ChecksumSet & { readonly sha256: string };
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/**
 * The sidecar of the file that `info` describes; undefined where somebody else wrote or changed it.
 *
 * Inode, size and time of modification are part of a sidecar's name, so it is found only for the very file that it was written for.
 */
export async function readSidecar(root: FileRoot, key: ObjectKey, info: BigIntStats): Promise<Sidecar | undefined> {
  try {
    return parse(await readFile(pathOf(root, key, info), 'utf8'), key);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Writes the sidecar of a file that is about to be put in place. It survives a crash when it holds more than the file's bytes tell.
 *
 * The key is written down for whoever looks at the directory.
 */
export async function writeSidecar(root: FileRoot, key: ObjectKey, info: BigIntStats, sidecar: Sidecar): Promise<void> {
  const path = pathOf(root, key, info);
  const directory = join(path, '..');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const durable = Object.keys(sidecar.metadata).length > 0 || Object.keys(sidecar.headers).length > 0;
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ key, ...sidecar }));
    if (durable) {
      await root.sync(handle, path);
    }
  } finally {
    await handle.close();
  }
  if (durable) {
    await syncDirectory(root, directory);
    await syncDirectory(root, root.sidecars);
  }
}

/** Removes the sidecars of a key, but for that of the file that `kept` describes. What cannot be removed does no harm. */
export async function dropSidecars(root: FileRoot, key: ObjectKey, kept?: BigIntStats): Promise<void> {
  const name = nameOf(key);
  const directory = join(root.sidecars, name.slice(0, 2));
  const keep = kept === undefined ? undefined : fileName(name, kept);
  const names = await readdir(directory).catch(() => []);
  const old = names.filter((one) => one.startsWith(`${name.slice(2)}.`) && one !== keep);
  await Promise.all(old.map((one) => unlink(join(directory, one)).catch(() => {})));
}

/** Removes the sidecar of a file that did not get its place. */
export async function dropSidecar(root: FileRoot, key: ObjectKey, info: BigIntStats): Promise<void> {
  await unlink(pathOf(root, key, info)).catch(() => {});
}

function pathOf(root: FileRoot, key: ObjectKey, info: BigIntStats): string {
  const name = nameOf(key);
  return join(root.sidecars, name.slice(0, 2), fileName(name, info));
}

function fileName(name: string, { ino, size, mtimeNs }: BigIntStats): string {
  return `${name.slice(2)}.${ino}-${size}-${mtimeNs}.json`;
}

/** Undefined for what a crash tore: then the file is read instead. */
function parse(text: string, key: ObjectKey): Sidecar | undefined {
  try {
    const { key: of, checksums, headers, metadata } = JSON.parse(text) as Sidecar & { readonly key: string };
    const whole = of === key && checksums.sha256.length === 64 && headers !== undefined && metadata !== undefined;
    return whole ? { checksums, headers, metadata } : undefined;
  } catch {
    return undefined;
  }
}

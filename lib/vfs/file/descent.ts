import type { Stats } from 'node:fs';
import { lstat, mkdir, open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VfsError } from '../errors.ts';
import type { ObjectKey } from '../types.ts';
import { isErrno } from './errors.ts';
import type { FileRoot } from './root.ts';

/** What a path is, without following a link; undefined where there is nothing. */
export async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Goes down from the root to the directory of a key. Throws `InvalidArgument` at a link on the way: it may lead out of the root.
 *
 * Resolves to false where a directory on the way does not exist, or is a file.
 */
export async function descend(root: FileRoot, key: ObjectKey, operation: string): Promise<boolean> {
  const segments = root.segmentsOf(key, operation);
  for (let depth = 1; depth < segments.length; depth += 1) {
    const found = await lookAt(root.pathOf(segments.slice(0, depth)));
    if (found?.isSymbolicLink()) {
      throw linkOnTheWay(root, key, operation, segments.slice(0, depth));
    }
    if (!found?.isDirectory()) {
      return false;
    }
  }
  return true;
}

/**
 * Makes the directories of a key, where they are not there yet, and adds to `changed` those that hold another name by that.
 *
 * Throws `InvalidArgument` where one of them is a file or a link.
 */
export async function makeDirectories(
  root: FileRoot,
  key: ObjectKey,
  operation: string,
  changed: Set<string>,
): Promise<void> {
  await mkdir(root.path, { recursive: true });
  const segments = root.segmentsOf(key, operation);
  for (let depth = 1; depth < segments.length; depth += 1) {
    const path = root.pathOf(segments.slice(0, depth));
    if (await makeDirectory(path)) {
      changed.add(dirname(path));
      continue;
    }
    const found = await lookAt(path);
    if (found?.isSymbolicLink()) {
      throw linkOnTheWay(root, key, operation, segments.slice(0, depth));
    }
    if (found !== undefined && !found.isDirectory()) {
      const object = segments.slice(0, depth).join('/');
      const reason = `"${object}" is an object here, and a directory cannot hold both it and keys beneath it`;
      throw root.failure('InvalidArgument', operation, key, reason);
    }
  }
}

/** Removes the directories of a key that hold nothing any more, as far as that goes. */
export async function pruneDirectories(root: FileRoot, key: ObjectKey): Promise<void> {
  const segments = root.segmentsOf(key, 'delete');
  for (let depth = segments.length - 1; depth > 0; depth -= 1) {
    try {
      await rmdir(root.pathOf(segments.slice(0, depth)));
    } catch {
      return;
    }
  }
}

/** Makes the names in a directory survive a crash. Where the directory is gone, those of the one that held it. */
export async function syncDirectory(root: FileRoot, path: string): Promise<void> {
  try {
    const handle = await open(path);
    try {
      await root.sync(handle, path);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) {
      throw error;
    }
    await syncDirectory(root, dirname(path));
  }
}

/** The error for a key that is absent. It names the root where that is what is absent: an unmounted disk is no empty store. */
export async function absence(root: FileRoot, key: string, operation: string): Promise<VfsError> {
  const found = await lookAt(root.path);
  const reason = found === undefined ? `there is no directory ${root.path}` : 'there is no such object';
  return root.failure('NotFound', operation, key, reason);
}

async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      return false;
    }
    throw error;
  }
}

function linkOnTheWay(root: FileRoot, key: string, operation: string, segments: readonly string[]): Error {
  const reason = `"${segments.join('/')}" is a symbolic link; this store does not follow links, which may lead out of it`;
  return root.failure('InvalidArgument', operation, key, reason);
}

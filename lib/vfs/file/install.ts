import { link, rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { requirePrecondition } from '../precondition.ts';
import type { ObjectKey, Precondition } from '../types.ts';
import { lookAt, makeDirectories } from './descent.ts';
import { isErrno } from './errors.ts';
import { type FileAccess, revisionOf } from './object-file.ts';
import type { FileRoot } from './root.ts';
import { dropSidecar, dropSidecars, type Sidecar, writeSidecar } from './sidecar.ts';
import { discard, type Staged } from './staging.ts';

const attempts = 10;

/**
 * Puts a staged file in its place, if the precondition holds. The caller holds the key's lock.
 *
 * Resolves to the directories to make durable afterwards, when the lock is given up.
 */
export async function install(
  access: FileAccess,
  key: ObjectKey,
  staged: Staged,
  about: Omit<Sidecar, 'checksums'>,
  precondition: Precondition,
): Promise<readonly string[]> {
  const { root, folding } = access;
  const path = root.pathOf(root.segmentsOf(key, 'write'));
  if (precondition.kind === 'if-match') {
    const call = { operation: 'write', target: root.target(key) };
    requirePrecondition(precondition, await revisionOf(access, key, 'write'), call);
  }
  await folding.refuseDouble(key, 'write');
  const changed = new Set([dirname(path)]);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      await makeDirectories(root, key, 'write', changed);
      await refuseOccupied(root, key, path);
      await writeSidecar(root, key, staged.info, { checksums: staged.checksums, ...about });
      await (precondition.kind === 'if-absent' ? putNew(root, key, staged, path) : rename(staged.path, path));
      await dropSidecars(root, key, staged.info);
      return [...changed];
    } catch (error) {
      await dropSidecar(root, key, staged.info);
      // Somebody may remove an empty directory between our making it and our using it.
      if (!isErrno(error, 'ENOENT')) {
        throw error;
      }
    }
  }
  throw root.failure('Unavailable', 'write', key, 'others keep removing its directory');
}

/** Throws `InvalidArgument` where something has the name that no object is. Directories that hold nothing make way. */
async function refuseOccupied(root: FileRoot, key: ObjectKey, path: string): Promise<void> {
  const found = await lookAt(path);
  if (found === undefined || found.isFile()) {
    return;
  }
  if (!found.isDirectory()) {
    throw root.failure('InvalidArgument', 'write', key, 'something that is no regular file has its name');
  }
  try {
    await rmdir(path);
  } catch (error) {
    const reason = 'keys lie beneath it here, and a directory cannot hold both them and an object of this name';
    throw isErrno(error, 'ENOTEMPTY', 'EEXIST') ? root.failure('InvalidArgument', 'write', key, reason, error) : error;
  }
}

/** Gives the file its name without replacing another, also one that a stranger makes at this moment. */
async function putNew(root: FileRoot, key: ObjectKey, staged: Staged, path: string): Promise<void> {
  try {
    await link(staged.path, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST') || (isErrno(error, ...noLinks) && (await lookAt(path)) !== undefined)) {
      throw root.failure('AlreadyExists', 'write', key, 'the key is taken, and was to be absent', error);
    }
    if (!isErrno(error, ...noLinks)) {
      throw error;
    }
    await rename(staged.path, path);
    return;
  }
  await discard(staged.path);
}

/** How file systems without hard links say so. */
const noLinks = ['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EMLINK'];

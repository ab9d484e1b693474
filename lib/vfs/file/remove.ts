import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { requirePrecondition } from '../precondition.ts';
import type { ObjectKey, Precondition } from '../types.ts';
import { pruneDirectories } from './descent.ts';
import { type FileAccess, findFile, revisionOf } from './object-file.ts';
import { dropSidecars } from './sidecar.ts';

/**
 * Removes the file of a key, and the directories that then hold nothing, if the precondition holds. The caller holds the key's lock.
 *
 * Resolves to the directory to make durable afterwards.
 */
export async function removeFile(access: FileAccess, key: ObjectKey, precondition: Precondition): Promise<string> {
  const { root } = access;
  const path = root.pathOf(root.segmentsOf(key, 'delete'));
  if (precondition.kind !== 'none') {
    const call = { operation: 'delete', target: root.target(key) };
    requirePrecondition(precondition, await revisionOf(access, key, 'delete'), call);
  }
  if ((await findFile(access, key, 'delete')) !== undefined) {
    await unlink(path);
    await dropSidecars(root, key);
    await pruneDirectories(root, key);
  }
  return dirname(path);
}

import { readdir } from 'node:fs/promises';
import type { ObjectKey } from '../types.ts';
import { lookAt } from './descent.ts';
import { isErrno } from './errors.ts';
import { type FileRoot, ownDirectory } from './root.ts';

/**
 * A disk that takes names for one that differ in case only, or in how a letter with an accent is written.
 *
 * Common on macOS, and on some network drives.
 *
 * On such a disk one key would answer for another. So each name on the way is compared with those that are there.
 */
export class NameFolding {
  readonly #root: FileRoot;
  #folds: boolean | undefined;

  /** `folds` is what is known already of the disk; else it is found out from the names that are there. */
  constructor(root: FileRoot, folds?: boolean) {
    this.#root = root;
    this.#folds = folds;
  }

  /** Whether the directories hold this very key, or nothing that the disk would take for it. */
  async isItself(key: ObjectKey, operation: string): Promise<boolean> {
    return (await this.#double(key, operation)) === undefined;
  }

  /** Throws `InvalidArgument` where the disk would take another key that is there for this one. */
  async refuseDouble(key: ObjectKey, operation: string): Promise<void> {
    const double = await this.#double(key, operation);
    if (double !== undefined) {
      const reason = `this disk does not tell it from "${double}", which is there already`;
      throw this.#root.failure('InvalidArgument', operation, key, reason);
    }
  }

  async #double(key: ObjectKey, operation: string): Promise<string | undefined> {
    if (!(await this.#foldsNames())) {
      return undefined;
    }
    const segments = this.#root.segmentsOf(key, operation);
    for (const [depth, segment] of segments.entries()) {
      const above = segments.slice(0, depth);
      const names = await namesIn(this.#root.pathOf(above));
      const double = names.includes(segment) ? undefined : names.find((name) => fold(name) === fold(segment));
      if (double !== undefined) {
        return [...above, double].join('/');
      }
    }
    return undefined;
  }

  async #foldsNames(): Promise<boolean> {
    this.#folds ??= await foldsNames(this.#root);
    return this.#folds ?? false;
  }
}

/** Tries a name that is there in the other case. Undefined while there is none to try. */
async function foldsNames(root: FileRoot): Promise<boolean | undefined> {
  const names = new Set(await namesIn(root.path));
  for (const name of [ownDirectory, ...names]) {
    const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    if (names.has(name) && other !== name) {
      return !names.has(other) && (await lookAt(root.pathOf([other]))) !== undefined;
    }
  }
  return undefined;
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      return [];
    }
    throw error;
  }
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

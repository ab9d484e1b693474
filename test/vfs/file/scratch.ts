import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { createFileDriver, type FileOptions } from '../../../lib/vfs/file/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';

/** A directory that each test has for itself. */
export interface Scratch {
  /** The root of the store. It exists. */
  readonly directory: string;
  path(...names: readonly string[]): string;
  store(options?: Partial<FileOptions>): Store;
  /** The files under a path of the root, at any depth. */
  files(...names: readonly string[]): Promise<readonly string[]>;
}

/** Makes a directory before each test, and removes it afterwards. */
export function useScratch(): Scratch {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'statesync-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const path = (...names: readonly string[]) => join(directory, ...names);
  return {
    get directory() {
      return directory;
    },
    path,
    store: (options = {}) => new Store(createFileDriver({ directory, clock: systemClock, ...options })),
    files: async (...names) => {
      const entries = await readdir(path(...names), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
  };
}

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { VfsError, type VfsErrorCode } from '../errors.ts';
import type { ObjectKey } from '../types.ts';

/** The directory under the root that holds what the driver needs beside objects. Listings skip it, also that of a store within the store. */
export const ownDirectory = '.statesync';

const maxNameBytes = 255;

/** Makes what was written to a file, or the names in a directory, survive a crash. */
export type Sync = (handle: FileHandle, path: string) => Promise<void>;

/** The directory of a store: where each thing lies in it. */
export class FileRoot {
  readonly path: string;
  readonly url: string;
  /** Files being written. */
  readonly staging: string;
  readonly locks: string;
  readonly sidecars: string;

  readonly sync: Sync;

  constructor(path: string, sync: Sync = (handle) => handle.sync()) {
    this.path = path;
    this.sync = sync;
    this.url = `file://${path}`;
    this.staging = join(path, ownDirectory, 'tmp');
    this.locks = join(path, ownDirectory, 'locks');
    this.sidecars = join(path, ownDirectory, 'meta');
  }

  /**
   * The names of the directories and the file that make up a key. Throws `InvalidArgument` for a key that a directory cannot hold, or that would
   * lead out of the root.
   */
  segmentsOf(key: ObjectKey, operation: string): readonly string[] {
    const segments = key.split('/');
    const bad = segments.find((name) => whyNotName(name) !== undefined);
    if (bad !== undefined) {
      const reason = `a directory cannot hold this key: ${whyNotName(bad)}`;
      throw this.failure('InvalidArgument', operation, key, reason);
    }
    if (isOwn(segments)) {
      throw this.failure('InvalidArgument', operation, key, `${ownDirectory}/ is what this store keeps for itself`);
    }
    return segments;
  }

  pathOf(segments: readonly string[]): string {
    return join(this.path, ...segments);
  }

  target(key: string): string {
    return `${this.url}/${key}`;
  }

  failure(code: VfsErrorCode, operation: string, key: string, reason: string, cause?: unknown): VfsError {
    return new VfsError({ code, operation, target: this.target(key), reason, cause });
  }
}

/** A short name for a key, the same everywhere, of letters and digits. */
export function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Probes write beside what the driver keeps; nobody writes into a store within the store. */
function isOwn(segments: readonly string[]): boolean {
  const depth = segments.indexOf(ownDirectory);
  return depth > 0 || (depth === 0 && ['tmp', 'locks', 'meta', undefined].includes(segments[1]));
}

function whyNotName(name: string): string | undefined {
  if (name === '') {
    return 'it has an empty segment ("//")';
  }
  if (name === '.' || name === '..') {
    return `its segment "${name}" means a directory`;
  }
  if (name.includes('\0')) {
    return 'it holds the zero character';
  }
  if (Buffer.byteLength(name) > maxNameBytes) {
    return `it has a segment of ${Buffer.byteLength(name)} bytes, and a file name has at most ${maxNameBytes}`;
  }
  return undefined;
}

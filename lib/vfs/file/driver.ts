import { resolve } from 'node:path';
import type { Clock } from '../../flow/clock.ts';
import { abortableBody, verifiedBody } from '../body.ts';
import { requireInside } from '../byte-range.ts';
import type { Driver } from '../driver.ts';
import { requirePrecondition } from '../precondition.ts';
import type {
  BodySource,
  ByteRange,
  CallOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  ObjectBody,
  ObjectKey,
  ObjectStat,
  ReadOptions,
  ReadResult,
  WriteOptions,
  Written,
} from '../types.ts';
import { fileCapabilities } from './capabilities.ts';
import { absence, lookAt, syncDirectory } from './descent.ts';
import { mapErrors } from './errors.ts';
import { fileBody } from './file-body.ts';
import { NameFolding } from './folding.ts';
import { type Holder, thisProcess } from './holder.ts';
import { install } from './install.ts';
import { listFiles } from './list.ts';
import { FileLocks } from './locks.ts';
import { type FileAccess, findFile, openFile, revisionFor, statFile } from './object-file.ts';
import { removeFile } from './remove.ts';
import { FileRoot, type Sync } from './root.ts';
import { discard, stage, sweepStaging } from './staging.ts';

export interface FileOptions {
  /** Made when something is first written. */
  readonly directory: string;
  readonly clock: Clock;
  /** Whether the disk takes names for one that differ in case only. @default found out from the names that are there */
  readonly foldsNames?: boolean;
  /** @default this process */
  readonly holder?: Holder;
  /** @default fsync(2) */
  readonly sync?: Sync;
}

/** A directory as a store. Keys are paths in it; `.statesync/` in it is the driver's own. */
export function createFileDriver({ directory, clock, foldsNames, holder, sync }: FileOptions): Driver {
  const root = new FileRoot(resolve(directory), sync);
  return new FileDriver({ root, folding: new NameFolding(root, foldsNames) }, clock, holder);
}

class FileDriver implements Driver {
  readonly url: string;
  readonly capabilities = fileCapabilities;
  readonly #access: FileAccess;
  readonly #root: FileRoot;
  readonly #clock: Clock;
  readonly #holder: Holder | undefined;
  #swept: Promise<void> | undefined;

  constructor(access: FileAccess, clock: Clock, holder: Holder | undefined) {
    this.url = access.root.url;
    this.#access = access;
    this.#root = access.root;
    this.#clock = clock;
    this.#holder = holder;
  }

  stat(key: ObjectKey, { signal }: CallOptions): Promise<ObjectStat> {
    return this.#call('stat', key, signal, () => statFile(this.#access, key, 'stat'));
  }

  read(key: ObjectKey, options: ReadOptions): Promise<ReadResult | undefined> {
    const { ifMatch, unless, range, signal } = options;
    return this.#call('read', key, signal, async () => {
      const { handle, stat } = await openFile(this.#access, key, 'read');
      try {
        if (ifMatch !== undefined) {
          const target = this.#root.target(key);
          requirePrecondition({ kind: 'if-match', revision: ifMatch }, stat.revision, { operation: 'read', target });
        }
        if (stat.revision === unless) {
          await handle.close();
          return undefined;
        }
        const part = range ?? { offset: 0, length: stat.size };
        requireInside(part, stat.size, this.#root.target(key));
        const body = await this.#promised(fileBody(handle, part), stat, range);
        return { stat, body: abortableBody(body, signal, { operation: 'read', target: this.#root.target(key) }) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written> {
    const { headers, metadata, precondition, signal } = options;
    return this.#call('write', key, signal, async () => {
      const me = this.#holder ?? (await thisProcess());
      this.#root.segmentsOf(key, 'write');
      this.#swept ??= sweepStaging(this.#root, me);
      await this.#swept;
      const staged = await stage(this.#root, me, key, source, signal);
      try {
        const about = { headers, metadata };
        const changed = await new FileLocks(this.#root.locks, me, this.#clock).withLock(key, signal, () =>
          install(this.#access, key, staged, about, precondition),
        );
        await Promise.all(changed.map((path) => syncDirectory(this.#root, path)));
      } catch (error) {
        await discard(staged.path);
        throw error;
      }
      const { checksums } = staged;
      return { revision: revisionFor(checksums.sha256), checksums };
    });
  }

  delete(key: ObjectKey, { precondition, signal }: DeleteOptions): Promise<void> {
    return this.#call('delete', key, signal, async () => {
      if (precondition.kind === 'none' && (await findFile(this.#access, key, 'delete')) === undefined) {
        await this.#refuseWithoutRoot(key);
        return;
      }
      const me = this.#holder ?? (await thisProcess());
      const changed = await new FileLocks(this.#root.locks, me, this.#clock).withLock(key, signal, () =>
        removeFile(this.#access, key, precondition),
      );
      await syncDirectory(this.#root, changed);
    });
  }

  listPage(options: ListOptions): Promise<ListPage> {
    return this.#call('list', options.prefix, options.signal, () => listFiles(this.#root, options));
  }

  /** A whole body is checked against its digest as it passes: a disk may return other bytes than it was given. */
  async #promised(body: ObjectBody, stat: ObjectStat, range: ByteRange | undefined): Promise<ObjectBody> {
    const target = this.#root.target(stat.key);
    const { sha256 = '' } = stat.checksums;
    const expected =
      range === undefined ? { size: stat.size, checksums: { sha256 } } : { size: range.length, checksums: {} };
    return (await verifiedBody(body, { operation: 'read', target, ...expected })).body;
  }

  async #refuseWithoutRoot(key: ObjectKey): Promise<void> {
    if ((await lookAt(this.#root.path)) === undefined) {
      throw await absence(this.#root, key, 'delete');
    }
  }

  #call<T>(operation: string, key: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return mapErrors(operation, this.#root.target(key), async () => {
      signal.throwIfAborted();
      return run();
    });
  }
}

import { mkdir, readdir, readlink, stat, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../flow/clock.ts';
import { VfsError } from '../errors.ts';
import { isErrno } from './errors.ts';
import { type Holder, readHolder, stateOf, writeHolder } from './holder.ts';
import { nameOf } from './root.ts';

const slots = 32;
const longestWaitMs = 30_000;
const free = 'free';

/** Turns of this process at each lock, by its directory: device and inode, since paths may differ. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Locks that survive the crash of their holder, for processes that share a directory.
 *
 * A lock is a directory of numbered symbolic links, of which the highest tells the lock's state: who holds it, or `free`. Making a link is one
 * step, fails when the number is taken, and carries its text with it. So:
 *
 * - to take a lock that is free, or whose holder is dead, make the next number; of several that try, one succeeds;
 * - then look again: a higher number means that the first look was old, and the own number is taken back;
 * - to give it up, make the next number with `free`;
 * - numbers below one's own are removed; the highest never is, so no old look can be mistaken for a new lock.
 *
 * Nothing has to be put right after a crash, and nobody can be taken for dead who lives: a holder is a process with its time of start. A holder on
 * another machine cannot be judged, and is waited for.
 */
export class FileLocks {
  readonly #directory: string;
  readonly #me: Holder;
  readonly #clock: Clock;

  constructor(directory: string, me: Holder, clock: Clock) {
    this.#directory = directory;
    this.#me = me;
    this.#clock = clock;
  }

  /** Runs `work` while nobody else, in any process, works under a lock on this key. */
  async withLock<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const slot = join(this.#directory, `${Number.parseInt(nameOf(key).slice(0, 8), 16) % slots}`);
    await mkdir(slot, { recursive: true, mode: 0o700 });
    const { dev, ino } = await stat(slot);
    return inTurn(`${dev}:${ino}`, async () => {
      const number = await this.#take(slot, signal);
      try {
        return await work();
      } finally {
        await this.#giveUp(slot, number);
      }
    });
  }

  async #take(slot: string, signal: AbortSignal): Promise<number> {
    const start = this.#clock.now();
    for (let waited = 1; ; waited += 1) {
      signal.throwIfAborted();
      const highest = (await numbersIn(slot)).at(-1) ?? 0;
      const holder = await holderOf(slot, highest);
      if (await this.#mayFollow(holder)) {
        if (await this.#claim(slot, highest + 1)) {
          return highest + 1;
        }
        continue;
      }
      if (this.#clock.now() - start > longestWaitMs) {
        throw heldTooLong(join(slot, `${highest}`), holder);
      }
      await this.#clock.sleep(Math.min(waited, 50), signal);
    }
  }

  /** Whether the lock is free, or was left by one who cannot give it up any more. */
  async #mayFollow(holder: string): Promise<boolean> {
    const left = readHolder(holder);
    if (left === undefined || left.nonce === this.#me.nonce) {
      return true; // Free; or this very process failed to give it up, since only one here has its turn.
    }
    return (await stateOf(left, this.#me)) === 'dead';
  }

  async #claim(slot: string, number: number): Promise<boolean> {
    if (!(await link(writeHolder(this.#me), slot, number))) {
      return false;
    }
    const numbers = await numbersIn(slot);
    const won = numbers.at(-1) === number;
    await remove(slot, won ? numbers.filter((other) => other < number) : [number]);
    return won;
  }

  async #giveUp(slot: string, number: number): Promise<void> {
    try {
      await link(free, slot, number + 1);
      await remove(slot, [number]);
    } catch {
      // The work is done all the same. The lock counts as ours until this process takes it again, or ends.
    }
  }
}

/** Runs work of this process at one lock one after another, so that only other processes have to be waited for. */
function inTurn<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(lock) ?? Promise.resolve()).then(work);
  const settled = turn.catch(() => {});
  queues.set(lock, settled);
  settled.finally(() => queues.get(lock) === settled && queues.delete(lock)).catch(() => {});
  return turn;
}

async function numbersIn(slot: string): Promise<readonly number[]> {
  const names = await readdir(slot);
  return names.map(Number).sort((a, b) => a - b);
}

/** Makes a number; false where it is taken. */
async function link(text: string, slot: string, number: number): Promise<boolean> {
  try {
    await symlink(text, join(slot, `${number}`));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      return false;
    }
    if (isErrno(error, 'EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP')) {
      const reason = 'this file system has no symbolic links, which locks are made of; use another for a store';
      throw new VfsError({ code: 'Unsupported', operation: 'lock', target: slot, reason, cause: error });
    }
    throw error;
  }
}

async function holderOf(slot: string, number: number): Promise<string> {
  try {
    return number === 0 ? free : await readlink(join(slot, `${number}`));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) {
      return free; // Superseded since the look; the claim that follows will lose.
    }
    throw error;
  }
}

async function remove(slot: string, numbers: readonly number[]): Promise<void> {
  await Promise.all(numbers.map((number) => unlink(join(slot, `${number}`)).catch(() => {})));
}

function heldTooLong(path: string, holder: string): VfsError {
  const pid = readHolder(holder)?.pid;
  const reason = `held for too long by process ${pid}, perhaps of another machine or container; remove this file if that process has ended`;
  return new VfsError({ code: 'Unavailable', operation: 'lock', target: path, reason, maybeApplied: false });
}

import { createHash, randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { isErrno } from './errors.ts';

/** Who holds a lock or writes a file: one process, told apart from any other of any machine, and from a later one of the same number. */
export interface Holder {
  /** The machine, by a digest of its name and id. */
  readonly machine: string;
  /** Its start, and the name space that process numbers belong to. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, as the system counts it; `0` where the system does not say. */
  readonly started: string;
  /** One loaded copy of this module in one thread. */
  readonly nonce: string;
}

let own: Promise<Holder> | undefined;

/** This process. */
export function thisProcess(): Promise<Holder> {
  own ??= identify();
  return own;
}

/** A holder as a name of letters, digits, `-` and `_`. */
export function writeHolder({ machine, boot, pid, started, nonce }: Holder): string {
  return [machine, boot, pid, started, nonce].join('-');
}

/** Reads such a name; undefined where it is none. */
export function readHolder(text: string): Holder | undefined {
  const [machine, boot, pid, started, nonce, ...rest] = text.split('-');
  if (machine === undefined || boot === undefined || started === undefined || nonce === undefined || rest.length > 0) {
    return undefined;
  }
  return /^[1-9]\d*$/.test(pid ?? '') ? { machine, boot, pid: Number(pid), started, nonce } : undefined;
}

/**
 * Whether a holder still lives. `unknown` on another machine or in another container, whose processes cannot be seen from here.
 *
 * A machine that started anew has ended all it held. A process of the same number but another start is another process.
 */
export async function stateOf(holder: Holder, me: Holder): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.machine !== me.machine) {
    return 'unknown';
  }
  const [start, space] = [holder.boot.split('_'), me.boot.split('_')];
  if (start[0] !== space[0]) {
    return 'dead';
  }
  if (start[1] !== space[1]) {
    return 'unknown';
  }
  return isRunning(holder.pid) && (await startOf(holder.pid)) === holder.started ? 'alive' : 'dead';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}

/** Field 22 of `/proc/PID/stat` (proc(5)): the start in clock ticks since boot. It follows the name, which may hold anything, in brackets. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

async function identify(): Promise<Holder> {
  const machineId = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown');
  const space = await readlink('/proc/self/ns/pid').catch(() => 'unknown');
  return {
    machine: short(`${hostname()}\n${machineId}`),
    boot: `${short(boot)}_${short(space)}`,
    pid: process.pid,
    started: await startOf(process.pid),
    nonce: `${threadId}_${short(randomUUID())}`,
  };
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

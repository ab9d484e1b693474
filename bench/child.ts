import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** How a process ran. */
export interface Run {
  readonly seconds: number;
  /** The most memory that it had resident, in bytes; NaN where `/proc` does not tell. */
  readonly peakBytes: number;
  readonly stdout: string;
}

/** What a process is started with. */
export interface RunOptions {
  /** The whole environment, beside `PATH` and `HOME`. */
  readonly environment: Readonly<Record<string, string>>;
  /** After so many milliseconds it is killed. */
  readonly timeoutMs: number;
  /** What it may end with beside 0. */
  readonly exitCodes?: readonly number[];
}

/** Between two looks at a process's peak, which only ever grows. */
const lookMs = 20;

/** Runs a program to its end. Rejects when it fails, with the end of what it wrote to stderr. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Run> {
  const start = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let [stdout, stderr, peakBytes] = ['', '', Number.NaN];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr = `${stderr}${chunk}`.slice(-2_000)));
  const look = setInterval(() => (peakBytes = peakBytesOf(child.pid) ?? peakBytes), lookMs);
  try {
    const [code, signal] = await new Promise<readonly [number | null, string | null]>((ended, failed) => {
      child.once('error', failed).once('close', (...exit) => ended(exit));
    });
    if (code !== 0 && options.exitCodes?.includes(code ?? -1) !== true) {
      throw new Error(`${basename(program)} ended with ${code ?? signal}: ${stderr.trim()}`);
    }
    return { seconds: (performance.now() - start) / 1000, peakBytes, stdout };
  } finally {
    clearInterval(look);
    process.off('exit', kill);
  }
}

/** The most memory that a process has had resident, in bytes. */
export function peakBytesOf(pid: number | 'self' | undefined): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}

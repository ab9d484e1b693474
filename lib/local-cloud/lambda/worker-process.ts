import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that runs JavaScript, can be frozen, and cannot outlive a `kill`. */
export interface WorkerProcess {
  readonly exit: Promise<Exit>;
  /** Stops it, timers and all, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, frozen or busy as it may be. */
  kill(): void;
  /** The most memory it has had resident, in bytes; undefined where `/proc` does not tell or the process is gone. */
  peakMemoryBytes(): number | undefined;
}

/** What a worker is started with. */
export interface WorkerOptions {
  /** The module it runs. */
  readonly script: string;
  readonly directory: string;
  /** Limit of V8's old space. */
  readonly heapMb: number;
  /** The whole environment: nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

// A frozen child notices nothing when this process ends, and would stay for ever.
const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) {
    child.kill('SIGKILL');
  }
});

/** Starts a worker with the Node.js that runs this process. */
export function startWorker(options: WorkerOptions): WorkerProcess {
  const flags = [`--max-old-space-size=${options.heapMb}`, '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, options.script], {
    cwd: options.directory,
    env: options.variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  forEachLine(child.stdout, (line) => options.onLine(line, 'stdout'));
  forEachLine(child.stderr, (line) => options.onLine(line, 'stderr'));
  living.add(child);
  const exit = new Promise<Exit>((ended) => {
    child.once('exit', (code, signal) => ended({ code, signal }));
    child.once('error', (error) => {
      options.onLine(`the process could not be started: ${error.message}`, 'stderr');
      ended({ code: null, signal: null });
    });
  });
  void exit.then(() => living.delete(child));
  return {
    exit,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => void child.kill('SIGKILL'),
    peakMemoryBytes: () => (child.pid === undefined ? undefined : peakMemoryOf(child.pid)),
  };
}

function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

function peakMemoryOf(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}

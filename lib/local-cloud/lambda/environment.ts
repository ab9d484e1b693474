import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Ending, exited, type InvocationResult, timedOut } from './outcome.ts';
import { type Invocation, type RuntimeApi, serveRuntimeApi } from './runtime-api.ts';
import { type Exit, startWorker, type WorkerProcess } from './worker-process.ts';

/** What one execution environment is made from. */
export interface EnvironmentSettings {
  readonly functionArn: string;
  /** The folder of the installed asset; the working directory of the process. */
  readonly root: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** How long loading the handler may take. */
  readonly initTimeoutSeconds: number;
  /** Every variable the process sees, but for the address of its Runtime API. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

interface Pending {
  readonly requestId: string;
  readonly event: string;
  readonly coldStart: boolean;
  readonly startedAt: number;
  readonly settle: (result: InvocationResult) => void;
}

/** The share of a function's memory that V8's old space may take; the rest is for buffers, code and the stack. */
const HEAP_SHARE = 0.9;

/**
 * One execution environment: a process that serves one invocation at a time and is frozen in between. A crash, a
 * failed start or a time-out ends it; whoever holds it then starts another.
 */
export class ExecutionEnvironment {
  readonly #settings: EnvironmentSettings;
  readonly #worker: WorkerProcess;
  readonly #closed: Promise<void>;
  #exit: Exit | undefined;
  #fresh = true;
  #give: ((invocation: Invocation) => void) | undefined;
  #pending: Pending | undefined;
  /** How the pending invocation, or the start, ended, as the runtime told. */
  #ending: Ending | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deadline = 0;
  #timedOutAfter: number | undefined;

  private constructor(settings: EnvironmentSettings, api: RuntimeApi) {
    this.#settings = settings;
    this.#worker = startWorker({
      script: fileURLToPath(new URL('./bootstrap.mjs', import.meta.url)),
      directory: settings.root,
      heapMb: Math.floor(settings.memoryMb * HEAP_SHARE),
      variables: { ...settings.variables, AWS_LAMBDA_RUNTIME_API: api.address },
      onLine: settings.onLine,
    });
    api.onCalls({
      next: (give) => this.#next(give),
      response: (id, payload) => this.#told(id, { failed: false, payload }),
      error: (id, payload) => this.#told(id, { failed: true, payload }),
      initError: (payload) => this.#told(undefined, { failed: true, payload }),
    });
    this.#arm(settings.initTimeoutSeconds);
    this.#closed = this.#worker.exit.then((exit) => {
      this.#ended(exit);
      return api.close();
    });
  }

  /** Starts the process; it loads the handler while the first invocation waits. */
  static async start(settings: EnvironmentSettings): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(settings, await serveRuntimeApi());
  }

  /** Whether its process is there. */
  get alive(): boolean {
    return this.#exit === undefined;
  }

  /** Runs one invocation, given as JSON text. Never while another one runs. Resolves however it ends. */
  invoke(event: string): Promise<InvocationResult> {
    return new Promise((settle) => {
      const startedAt = performance.now();
      this.#pending = { requestId: randomUUID(), event, coldStart: this.#fresh, startedAt, settle };
      this.#fresh = false;
      if (this.#exit !== undefined) {
        this.#ended(this.#exit);
      } else if (this.#give !== undefined) {
        this.#worker.thaw();
        this.#deliver(this.#give, this.#pending);
      }
    });
  }

  /** See {@link WorkerProcess.peakMemoryBytes}. */
  peakMemoryBytes(): number | undefined {
    return this.#worker.peakMemoryBytes();
  }

  /** Ends the process, and with it a running invocation; resolves when it is gone. */
  async close(): Promise<void> {
    this.#worker.kill();
    await this.#closed;
  }

  #next(give: (invocation: Invocation) => void): void {
    clearTimeout(this.#timer);
    if (this.#pending !== undefined && this.#ending === undefined) {
      this.#deliver(give, this.#pending);
      return;
    }
    this.#give = give;
    this.#worker.freeze();
    this.#settle();
  }

  #deliver(give: (invocation: Invocation) => void, { requestId, event }: Pending): void {
    this.#give = undefined;
    this.#arm(this.#settings.timeoutSeconds);
    give({ requestId, event, deadline: this.#deadline, functionArn: this.#settings.functionArn });
  }

  #told(requestId: string | undefined, ending: Ending): void {
    if (requestId === undefined || requestId === this.#pending?.requestId) {
      this.#ending = ending;
    }
  }

  #arm(seconds: number): void {
    this.#deadline = Date.now() + seconds * 1000;
    this.#timer = setTimeout(() => {
      this.#timedOutAfter = seconds;
      this.#worker.kill();
    }, seconds * 1000);
  }

  #ended(exit: Exit): void {
    clearTimeout(this.#timer);
    this.#exit = exit;
    const requestId = this.#pending?.requestId;
    if (requestId !== undefined) {
      const seconds = this.#timedOutAfter;
      this.#ending ??= seconds === undefined ? exited(requestId, exit.code, exit.signal) : timedOut(requestId, seconds);
      this.#settle();
    }
  }

  #settle(): void {
    const pending = this.#pending;
    const ending = this.#ending;
    if (pending === undefined || ending === undefined) {
      return;
    }
    this.#pending = undefined;
    this.#ending = undefined;
    pending.settle({
      requestId: pending.requestId,
      ...(ending.failed ? { functionError: 'Unhandled' as const } : {}),
      payload: ending.payload,
      coldStart: pending.coldStart,
      durationMs: performance.now() - pending.startedAt,
    });
  }
}

import { ExecutionEnvironment } from './environment.ts';
import type { InvocationResult } from './outcome.ts';
import { environmentVariables, type RoleCredentials } from './variables.ts';

/** One line that a function wrote. */
export interface LogLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A function as it is deployed. */
export interface FunctionSettings {
  readonly name: string;
  /** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`. */
  readonly arn: string;
  /** `FILE.EXPORT`, the file without its `.js`, `.mjs` or `.cjs`. */
  readonly handler: string;
  /** The folder of the installed asset. */
  readonly root: string;
  readonly region: string;
  /** Also the limit of the process' heap, of which it is nine tenths. Default 128. */
  readonly memoryMb?: number;
  /** After this the process is killed, whatever it does. Default 3. */
  readonly timeoutSeconds?: number;
  /** Default 10. */
  readonly initTimeoutSeconds?: number;
  /** How many invocations may run at once, each in a process of its own. Default 10. */
  readonly maxConcurrency?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** Asked at each cold start. */
  readonly credentials?: () => RoleCredentials;
  readonly onLog?: (line: LogLine) => void;
}

/** An invocation that was refused because as many as allowed were running. */
export class TooManyRequestsException extends Error {
  override readonly name = 'TooManyRequestsException';
}

interface Slot {
  readonly environment: ExecutionEnvironment;
  readonly expiresAt: number;
}

const DEFAULTS = { memoryMb: 128, timeoutSeconds: 3, initTimeoutSeconds: 10, maxConcurrency: 10 };

/** A deployed function and its execution environments. */
export class LambdaFunction {
  readonly settings: FunctionSettings & typeof DEFAULTS;
  readonly #idle: Slot[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  #running = 0;
  #closed = false;

  constructor(settings: FunctionSettings) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  /**
   * Invokes the function and waits for its answer (the `RequestResponse` type). A failing function resolves, with
   * `functionError`. Throws {@link TooManyRequestsException} above `maxConcurrency`.
   */
  async invoke(event: unknown): Promise<InvocationResult> {
    if (this.#closed) {
      throw new Error(`function ${this.settings.name} is closed; deploy it again`);
    }
    if (this.#running >= this.settings.maxConcurrency) {
      throw new TooManyRequestsException(`Rate Exceeded. Function ${this.settings.name} runs ${this.#running} at once`);
    }
    this.#running += 1;
    try {
      const slot = (await this.#takeIdle()) ?? (await this.#start());
      const result = await slot.environment.invoke(JSON.stringify(event ?? null));
      this.#idle.push(slot);
      return result;
    } finally {
      this.#running -= 1;
    }
  }

  /** The most memory that any of its living processes has had resident, in bytes. */
  peakMemoryBytes(): number | undefined {
    const peaks = [...this.#all]
      .map((environment) => environment.peakMemoryBytes())
      .filter((peak) => peak !== undefined);
    return peaks.length === 0 ? undefined : Math.max(...peaks);
  }

  /** Ends all processes; a running invocation resolves with an error. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((environment) => environment.close()));
  }

  /** The environment that was used last, of those that can be used again; the others are cleared away. */
  async #takeIdle(): Promise<Slot | undefined> {
    const slot = this.#idle.pop();
    if (slot === undefined) {
      return undefined;
    }
    const outlives = slot.expiresAt > Date.now() + this.settings.timeoutSeconds * 1000;
    if (outlives && slot.environment.alive) {
      return slot;
    }
    this.#all.delete(slot.environment);
    await slot.environment.close();
    return this.#takeIdle();
  }

  async #start(): Promise<Slot> {
    const credentials = this.settings.credentials?.();
    const { name, onLog, ...settings } = this.settings;
    const environment = await ExecutionEnvironment.start({
      ...settings,
      functionArn: settings.arn,
      variables: environmentVariables(this.settings, credentials),
      onLine: (text, stream) => onLog?.({ functionName: name, stream, text }),
    });
    this.#all.add(environment);
    if (this.#closed) {
      await environment.close();
    }
    return { environment, expiresAt: credentials?.expiresAt ?? Number.POSITIVE_INFINITY };
  }
}

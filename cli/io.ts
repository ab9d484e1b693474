import type { Environment } from '../lib/config/env.ts';
import type { Clock } from '../lib/flow/clock.ts';

/** One of the two outputs of a command. */
export interface Sink {
  /** Resolves when more can be written. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Whether a person reads it as it comes. */
  readonly isTTY: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns?: number | undefined;
}

/** All that a command knows of the machine it runs on, so that a test runs the whole program in its own process. */
export interface Io {
  /** What is piped into the command; undefined where nothing is. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Data, and nothing else. */
  readonly stdout: Sink;
  /** Progress, warnings, errors, questions. */
  readonly stderr: Sink;
  readonly env: Environment;
  /** The directory in which relative paths begin. */
  readonly cwd: string;
  /** The user's home directory. */
  readonly home: string;
  readonly clock: Clock;
  /** Fires when the user gives up. */
  readonly signal: AbortSignal;
  /** Asks the user and resolves to the answer; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

import type { Processes } from './processes.ts';

/** What a server may use while it is prepared and while its tests run. */
export interface ServerTools {
  /** All that it starts. Everything is ended when its tests are over. */
  readonly processes: Processes;
  /** A place for what it writes; gone afterwards. */
  readonly directory: string;
  /** Whether software may be installed on this machine. */
  readonly install: boolean;
}

/** A real server that the suites run against. */
export interface TestServer {
  /** By which `--only` names it. */
  readonly name: string;
  /** The scheme of the stores that it serves. */
  readonly store: string;
  readonly title: string;
  /** Whether a run without it has failed. */
  readonly required: boolean;
  /** Makes it ready for its suites. Rejects with `NotHere` where the machine does not have it, and with any other error when it does not start. */
  start(tools: ServerTools): Promise<RunningServer>;
}

export interface RunningServer {
  readonly version: string;
  readonly suites: readonly Suite[];
}

/** Tests that a running server is put to. */
export interface Suite {
  readonly name: string;
  run(): Promise<SuiteResult>;
}

export interface SuiteResult {
  readonly passed: number;
  /** Tests that fail as is known, and are listed with what the server does instead. */
  readonly deviations: number;
  /** What failed otherwise, or is listed and passed. */
  readonly failed: readonly string[];
  /** What a probe found of each kind of place in the store: capabilities that the driver declares and the store does not honour. */
  readonly notHonoured?: Readonly<Record<string, readonly string[]>>;
}

/** The machine does not have this server; the message says what would help. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}

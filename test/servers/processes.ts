import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A program that was started and stays. */
export interface Daemon {
  readonly name: string;
  /** Where its output goes. */
  readonly log: string;
  /** What ended it; undefined while it runs. */
  ending(): string | undefined;
}

/** What a program that came to its end has said. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** The processes of one server and its tests. `end` ends those that were started here and no others: each is known by its own handle. */
export class Processes {
  readonly #running = new Map<ChildProcess, NodeJS.Signals>();
  #ended = false;

  /** Starts a server. It is ended by SIGKILL: nothing that a server of the tests keeps is needed later. */
  async daemon(name: string, command: Command, log: string, environment: Environment = {}): Promise<Daemon> {
    const output = await open(log, 'a');
    try {
      const child = this.#spawn(command, ['ignore', output.fd, output.fd], environment, 'SIGKILL');
      await once(child, 'spawn');
      return { name, log, ending: () => endingOf(child) };
    } finally {
      await output.close();
    }
  }

  /** Runs a program to its end. Rejects only when it cannot be started. */
  async run(command: Command, environment: Environment = {}): Promise<Finished> {
    const child = this.#spawn(command, ['ignore', 'pipe', 'pipe'], environment);
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    return { code: await codeOf(child), ...said };
  }

  /** Runs a program to its end and resolves to what it wrote. Rejects with its last words when it fails. */
  async mustRun(command: Command, environment: Environment = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, environment);
    if (code !== 0) {
      throw new Error(`${command.join(' ')} ended with ${code}: ${lastLines(stderr || stdout)}`);
    }
    return stdout;
  }

  /** Runs a program whose output the user sees, and resolves to its exit code. */
  async show(command: Command, environment: Environment = {}): Promise<number> {
    return codeOf(this.#spawn(command, ['ignore', 'inherit', 'inherit'], environment));
  }

  /** Ends all that still run, and starts nothing any more. What is not gone after five seconds is killed. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#running].map(([child, signal]) => endChild(child, signal)));
  }

  #spawn(
    [program, ...args]: Command,
    stdio: NonNullable<SpawnOptions['stdio']>,
    environment: Environment,
    ending: NodeJS.Signals = 'SIGTERM',
  ): ChildProcess {
    if (this.#ended) {
      throw new Error(`${program} was not started: the run was ended`);
    }
    const child = spawn(program, args, { stdio, env: { ...process.env, ...environment } });
    const gone = () => this.#running.delete(child);
    this.#running.set(child, ending);
    child.once('exit', gone).once('error', gone);
    return child;
  }
}

/** The end of a long output, for an error. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

async function codeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 128;
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(patience);
}

function endingOf({ exitCode, signalCode }: ChildProcess): string | undefined {
  return exitCode === null ? (signalCode ?? undefined) : `exit code ${exitCode}`;
}

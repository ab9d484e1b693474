import type { ExitCode } from '../../cli/exit-codes.ts';
import type { Io, Sink } from '../../cli/io.ts';
import { run } from '../../cli/program.ts';
import { systemClock } from '../../lib/flow/clock.ts';

/** What came of one run of the program. */
export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sink that keeps what is written, and tells `onWrite` of it. */
export class Kept implements Sink {
  readonly isTTY: boolean;
  readonly #onWrite: (text: string) => void;
  readonly #chunks: Uint8Array[] = [];

  constructor(isTTY = false, onWrite: (text: string) => void = () => {}) {
    this.isTTY = isTTY;
    this.#onWrite = onWrite;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    this.#chunks.push(Buffer.from(chunk));
    this.#onWrite(chunk.toString());
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }
}

/** Runs the program in this process, without a terminal, an environment or a home unless the surroundings give some. */
export async function statesync(argv: readonly string[], surroundings: Partial<Io> = {}): Promise<Ran> {
  const stdout = new Kept();
  const stderr = new Kept();
  const io: Io = {
    stdout,
    stderr,
    env: {},
    cwd: '/nowhere',
    home: '/nowhere',
    clock: systemClock,
    signal: new AbortController().signal,
    ask: undefined,
    ...surroundings,
  };
  const code = await run(argv, io);
  return { code, stdout: textOf(io.stdout, stdout), stderr: textOf(io.stderr, stderr) };
}

function textOf(used: Sink, own: Kept): string {
  return used instanceof Kept ? used.text : own.text;
}

import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';
import { readEnvironment } from '../lib/config/env.ts';
import { systemClock } from '../lib/flow/clock.ts';
import type { Sink } from './io.ts';
import { run } from './program.ts';

const gaveUp = new AbortController();
/** Nobody reads stdout any more (`statesync ls | head`): the work ends, and there is nobody to tell. */
let unread = false;

// Once: a second Ctrl-C ends the process at once, as it does by default.
process.once('SIGINT', () => gaveUp.abort());
process.once('SIGTERM', () => gaveUp.abort());

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  env: readEnvironment(),
  cwd: process.cwd(),
  home: homedir(),
  clock: systemClock,
  signal: gaveUp.signal,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
});

function sinkOf(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }): Sink {
  stream.on('error', () => {
    unread = true;
    gaveUp.abort();
  });
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (chunk) => (unread ? Promise.resolve() : new Promise((resolve) => stream.write(chunk, () => resolve()))),
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: gaveUp.signal });
  } catch {
    return '';
  } finally {
    lines.close();
  }
}

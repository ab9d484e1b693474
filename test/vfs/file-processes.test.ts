import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { createFileDriver } from '../../lib/vfs/file/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { textOf } from '../support/sources.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'statesync-processes-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('several processes at one directory', () => {
  it('lose no count by compare-and-swap', async () => {
    const store = new Store(createFileDriver({ directory, clock: systemClock }));
    await store.write('counter', textSource('0'));
    const ends = [run('count', 15), run('count', 15)];
    await start(ends.length);
    expect(await Promise.all(ends)).toEqual([0, 0]);
    expect(await textOf((await store.read('counter')).body)).toBe('30');
  });

  it('keep each other out of a lock, and take over from those that were killed while they held it', async () => {
    await writeFile(join(directory, 'number'), '0');
    const ends = [run('locked', 60), run('dying', 10), run('dying', 20), run('locked', 60)];
    await start(ends.length);
    expect(await Promise.all(ends)).toEqual([0, 'SIGKILL', 'SIGKILL', 0]);
    expect(await readFile(join(directory, 'number'), 'utf8')).toBe('150');
    const [slot = ''] = await readdir(join(directory, 'locks'));
    expect((await readdir(join(directory, 'locks', slot))).length).toBeLessThanOrEqual(2);
  });
});

/** Lets the workers go once all are there. */
async function start(workers: number): Promise<void> {
  const ready = async () => (await readdir(directory)).filter((name) => name.startsWith('ready-')).length;
  while ((await ready()) < workers) {
    await systemClock.sleep(10);
  }
  await writeFile(join(directory, 'go'), '');
}

/** Runs a worker to its end; tells its exit code, or the signal that ended it. */
function run(task: string, times: number): Promise<number | string | null> {
  const script = fileURLToPath(new URL('./file-worker.ts', import.meta.url));
  const args = ['--import', 'tsx', script, directory, task, `${times}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TooManyRequestsException } from '../../../lib/local-cloud/lambda/function.ts';
import { closeAfterEach, deploy } from './deployed.ts';

closeAfterEach();

describe('execution environments', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lambda-environments-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('run at the same time in processes of their own, up to the limit', async () => {
    const path = join(folder, 'go');
    const waiting = deploy('index.waitFor', { maxConcurrency: 2 });
    const running = [waiting.invoke({ path }), waiting.invoke({ path })];
    await expect(waiting.invoke({ path })).rejects.toThrow(TooManyRequestsException);
    await writeFile(path, '');
    const pids = (await Promise.all(running)).map((result) => result.payload);
    expect(new Set(pids).size).toBe(2);
    expect((await waiting.invoke({ path })).coldStart).toBe(false);
  });

  it('stand still between invocations', async () => {
    const ticking = deploy('index.tick');
    await ticking.invoke({});
    // A free timer of one millisecond would fire some three hundred times in this pause.
    await sleep(300);
    expect(Number((await ticking.invoke({})).payload)).toBeLessThan(50);
  });

  it('are replaced before the credentials of their role run out', async () => {
    const expiries = [Date.now() + 1000, Date.now() + 3_600_000, Date.now() + 3_600_000];
    let asked = 0;
    const credentials = () => ({ accessKeyId: `ASIA${asked}`, secretAccessKey: 's', expiresAt: expiries[asked++]! });
    const told = deploy('index.environment', { credentials, timeoutSeconds: 3 });
    const keys = [];
    for (const _ of expiries) {
      keys.push(JSON.parse((await told.invoke({})).payload).variables.AWS_ACCESS_KEY_ID);
    }
    expect(keys).toEqual(['ASIA0', 'ASIA1', 'ASIA1']);
  });

  it('tell the most memory that a process has had', async () => {
    const echo = deploy('index.echo');
    expect(echo.peakMemoryBytes()).toBeUndefined();
    await echo.invoke({});
    const peak = echo.peakMemoryBytes();
    if (process.platform === 'linux') {
      expect(peak).toBeGreaterThan(20 * 1024 * 1024);
    } else {
      expect(peak).toBeUndefined();
    }
  });

  it('are gone after close, frozen or busy', async () => {
    const frozen = deploy('index.echo');
    const frozenPid = JSON.parse((await frozen.invoke({})).payload).pid;
    const { promise: busyPid, resolve: tellPid } = promiseOf<number>();
    const busy = deploy('index.spin', { timeoutSeconds: 30, onLog: (line) => tellPid(Number(line.text)) });
    const running = busy.invoke({});
    const pids = [frozenPid, await busyPid];
    await Promise.all([frozen.close(), busy.close()]);
    expect((await running).payload).toContain('signal: killed');
    for (const pid of pids) {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    }
    await expect(frozen.invoke({})).rejects.toThrow('function worker is closed');
  });

  it('do not outlive a process that ends without closing them', async () => {
    const script = fileURLToPath(new URL('./abandoned.ts', import.meta.url));
    const { stdout: pid } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
    expect(Number(pid)).toBeGreaterThan(0);
    while (!(await isGone(pid))) {
      await sleep(5);
    }
  });
});

/** Whether the process has ended; one that nobody has waited for yet is a zombie. */
function isGone(pid: string): Promise<boolean> {
  return promisify(execFile)('ps', ['-o', 'stat=', '-p', pid]).then(
    ({ stdout }) => stdout.trim().startsWith('Z'),
    () => true,
  );
}

function promiseOf<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withoutServices } from '../servers/apt.ts';
import { Processes } from '../servers/processes.ts';
import type { SuiteResult, TestServer } from '../servers/server.ts';
import { hasFailed, type ServerRun, summaryOf } from '../servers/summary.ts';

const server: TestServer = {
  name: 'some',
  store: 's3://',
  title: 'Some S3',
  required: true,
  start: () => Promise.reject(new Error('not started here')),
};
const good: SuiteResult = { passed: 3, deviations: 1, failed: [] };
const run = (result: SuiteResult): ServerRun => ({
  server,
  version: '1.2',
  seconds: 1,
  suites: [{ suite: 'conformance', seconds: 2, result }],
});
const absent = (required: boolean, isAbsence: boolean): ServerRun => ({
  server: { ...server, required },
  version: undefined,
  seconds: 0,
  suites: [],
  problem: { isAbsence, reason: 'it is not installed' },
});

describe('a run against real servers', () => {
  it('has failed when one test failed', () => {
    expect(hasFailed(run(good))).toBe(false);
    expect(hasFailed(run({ ...good, failed: ['reads a range'] }))).toBe(true);
  });

  it('has failed without a server that is required', () => {
    expect(hasFailed(absent(true, true))).toBe(true);
  });

  it('has not failed without a server that is not, unless that one could not be started', () => {
    expect(hasFailed(absent(false, true))).toBe(false);
    expect(hasFailed(absent(false, false))).toBe(true);
  });

  it('has not been whole when its suites broke off', () => {
    expect(hasFailed({ ...run(good), problem: { isAbsence: false, reason: 'it died' } })).toBe(true);
  });

  it('ends with what failed by name, and a table that says what was not run and why', () => {
    expect(summaryOf([run({ ...good, failed: ['reads a range'] }), absent(false, true)])).toEqual([
      'FAILED  some: conformance: reads a range',
      '',
      'store  server       suite        passed  known to fail  failed  seconds',
      's3://  Some S3 1.2  start                                           1.0',
      's3://  Some S3 1.2  conformance       3              1       1      2.0',
      's3://  Some S3      not run: it is not installed',
    ]);
  });
});

describe('installing packages', () => {
  it('forbids services meanwhile, and puts back what was there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'policy-'));
    const policy = join(directory, 'policy-rc.d');
    await withoutServices(policy, async () => expect(await readFile(policy, 'utf8')).toContain('exit 101'));
    expect(existsSync(policy)).toBe(false);
    await expect(withoutServices(policy, () => Promise.reject(new Error('apt failed')))).rejects.toThrow('apt failed');
    expect(existsSync(policy)).toBe(false);
    await writeFile(policy, 'its own');
    await withoutServices(policy, async () => expect(await readFile(policy, 'utf8')).toBe('its own'));
    expect(await readFile(policy, 'utf8')).toBe('its own');
    await rm(directory, { recursive: true });
  });
});

describe('the processes of a server', () => {
  it('are ended together, and none is started any more', async () => {
    const processes = new Processes();
    const running = processes.run([process.execPath, '-e', 'setInterval(() => {}, 1000)']);
    await processes.end();
    expect((await running).code).not.toBe(0);
    await expect(processes.run([process.execPath, '--version'])).rejects.toThrow('the run was ended');
  });

  it('say why they failed', async () => {
    const failing = new Processes().mustRun([process.execPath, '-e', 'console.error("no space"); process.exit(3)']);
    await expect(failing).rejects.toThrow(/ended with 3: no space/);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadlineSignal, required, startRuntime } from '../../functions/runtime.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { writeResolved } from '../../lib/config/resolved.ts';

const file = {
  version: 1,
  stores: { prod: { url: 'memfs://prod' }, replica: { url: 'memfs://replica' } },
  routes: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }],
} as const;
const config = resolveConfig(file);

let folder: string;
let withControl: string;
let empty: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'statesync-runtime-'));
  withControl = mkdtempSync(join(tmpdir(), 'statesync-runtime-'));
  empty = mkdtempSync(join(tmpdir(), 'statesync-runtime-'));
  writeFileSync(join(folder, 'statesync.json'), writeResolved(config));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(withControl, { recursive: true });
  rmSync(empty, { recursive: true });
});

describe('a function that starts', () => {
  it('finds its configuration and its route, and opens stores by name', async () => {
    const runtime = startRuntime({ LAMBDA_TASK_ROOT: folder, STATESYNC_ROUTE: 'prod' });
    expect(runtime.config).toEqual(config);
    expect(runtime.route.from).toBe('prod');
    expect((await runtime.open('replica')).url).toBe('memfs://replica');
    await expect(runtime.open('other')).rejects.toThrow('the configuration has no store "other"; deploy again');
  });

  it('opens no control store where none is named, and refuses one that other functions do not see', async () => {
    const environment = { LAMBDA_TASK_ROOT: folder, STATESYNC_ROUTE: 'prod' };
    expect(await startRuntime(environment).openControl()).toBeUndefined();
    writeFileSync(
      join(withControl, 'statesync.json'),
      writeResolved(resolveConfig({ ...file, control: 'memfs://control' })),
    );
    const runtime = startRuntime({ ...environment, LAMBDA_TASK_ROOT: withControl });
    await expect(runtime.openControl()).rejects.toThrow(
      'open memfs://control: it cannot be the control store: it is seen by one machine only, and the workers are on many',
    );
  });

  it('without its configuration says what to do', () => {
    expect(() => startRuntime({ LAMBDA_TASK_ROOT: empty, STATESYNC_ROUTE: 'prod' })).toThrow(
      new Error(
        `${join(empty, 'statesync.json')} cannot be read (ENOENT): it is the configuration, which the deployment puts beside the function's code; build and deploy again`,
      ),
    );
  });

  it('for a route that is not there says what to do', () => {
    expect(() => startRuntime({ LAMBDA_TASK_ROOT: folder, STATESYNC_ROUTE: 'dev' })).toThrow(
      'STATESYNC_ROUTE names "dev", and the configuration has no such route; deploy again',
    );
  });

  it.each([
    [{}, 'not set'],
    [{ STATESYNC_ROUTE: '' }, 'empty'],
  ])('refuses a variable of %j', (environment, problem) => {
    expect(() => required(environment, 'STATESYNC_ROUTE')).toThrow(
      `the environment variable STATESYNC_ROUTE is ${problem}; the deployment of the function sets it`,
    );
  });
});

it.each([0, 40])('the deadline of an invocation with %i ms left fires', async (remaining) => {
  const signal = deadlineSignal(remaining);
  expect(signal.aborted).toBe(false);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

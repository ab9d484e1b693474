import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CommandContext } from '../../cli/context.ts';
import { carryOut } from '../../cli/sync/carry-out.ts';
import { makePlan, type Plan, tellPlan } from '../../cli/sync/plan.ts';
import { createPolicy } from '../../cli/sync/policy.ts';
import { survey } from '../../cli/sync/survey.ts';
import { Leases } from '../../lib/control/leases.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { Store } from '../../lib/vfs/store.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { contents, memoryStore } from './memory-store.ts';
import { Kept } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const weak = { writeIfAbsent: false, writeIfMatch: false, deleteIfMatch: false };
const signal = new AbortController().signal;

async function arrange(
  capabilities: Partial<Capabilities>,
  changes: (planned: Store) => Partial<Plan> = () => ({}),
  dryRun = false,
) {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const io = { stdout, stderr, signal, env: {}, cwd: '/', home: '/', clock: systemClock, ask: undefined };
  const context = new CommandContext(io, { output: 'table', color: false });
  const source = await memoryStore({ 'c/config': 'new', 'c/instancegroup/nodes': 'x' });
  const destination = new Store(createMemoryDriver({ url: 'memfs://weak', capabilities }));
  const options = { concurrency: 4, delete: true, gate: 'off', dryRun } as const;
  const policy = createPolicy(options, []);
  const counts = await survey(source, destination, { prefix: '', policy, signal });
  const plan: Plan = {
    ...{ prefix: '', legs: [], policy, source, survey: counts, options },
    destination: { look: destination, ready: async () => destination },
    ...changes(destination),
  };
  return { context, plan, source, destination, stdout, stderr };
}

describe('a destination without conditional changes', () => {
  it('is written by hand all the same, with a warning of what that needs', async () => {
    const { context, plan, source, destination, stderr } = await arrange(weak);
    await tellPlan(context, plan, 'always');
    expect(stderr.text).toContain(
      'warning: make sure that nobody else writes TO meanwhile: memfs://weak has no conditional create; memfs://weak has no conditional overwrite; memfs://weak has no conditional delete\n',
    );
    expect(await carryOut(context, plan)).toBe(0);
    await source.delete('c/instancegroup/nodes');
    expect(await carryOut(context, plan)).toBe(0);
    expect(await contents(destination)).toEqual({ 'c/config': 'new' });
  });

  it('that is found out only when it is about to be written brings the warning then', async () => {
    const { context, plan, stderr } = await arrange(weak, () => ({
      destination: {
        look: new Store(createMemoryDriver()),
        ready: async () =>
          new Store(createMemoryDriver({ url: 'memfs://weak', capabilities: { writeIfMatch: false } })),
      },
    }));
    await tellPlan(context, plan, 'always');
    expect(stderr.text).not.toContain('make sure');
    await carryOut(context, plan);
    expect(stderr.text).toContain('warning: make sure that nobody else writes TO meanwhile: memfs://weak has no');
  });

  it('is written under leases where the configuration names a control store', async () => {
    const control = { url: 'memfs://control-of-sync' };
    const { context, plan, source, destination, stderr, stdout } = await arrange(weak, () => ({ control }));
    const store = await openStore(control, { environment: {}, clock: systemClock });
    const others = new Leases({ control: store, clock: systemClock, holder: 'route prod to weak' });
    await tellPlan(context, plan, 'always');
    expect(stderr.text).not.toContain('make sure');
    const lease = await others.acquire('memfs://weak/c/config', signal);
    expect(await carryOut(context, plan)).toBe(5);
    expect(stdout.text).toContain('the lease of memfs://weak/c/config is held by "route prod to weak"');
    expect(await contents(destination)).toEqual({});
    await lease.end();
    expect(await carryOut(context, plan)).toBe(0);
    expect(await contents(destination)).toEqual(await contents(source));
    expect(Object.keys(await contentsOf(store))).toEqual(['clock.json']);
  });

  it('is written under leases that say whose they are', async () => {
    const control = { url: 'memfs://control-of-holder' };
    const store = await openStore(control, { environment: {}, clock: systemClock });
    const held: string[] = [];
    const watching: Layer = (inner) =>
      aroundCalls(inner, async ({ operation, signal: until }, run) => {
        held.push(...(operation === 'write' ? Object.values(await contents(store)) : []));
        return run(until);
      });
    const { context, plan } = await arrange(weak, ({ driver }) => ({
      control,
      destination: { look: new Store(driver), ready: async () => new Store(compose(driver, watching)) },
    }));
    expect(await carryOut(context, plan)).toBe(0);
    expect(held.join()).toContain(`"holder":"statesync sync on ${hostname()}, process ${process.pid}"`);
  });

  it('is rehearsed without leases', async () => {
    const control = { url: 'memfs://control-of-rehearsal' };
    const { context, plan } = await arrange(weak, () => ({ control }), true);
    expect(await carryOut(context, plan)).toBe(2);
    const store = await openStore(control, { environment: {}, clock: systemClock });
    expect(await contentsOf(store)).toEqual({});
  });
});

it('a store that may answer with what is old brings a warning of its own', async () => {
  const { context, plan, stderr } = await arrange({ stronglyConsistent: false });
  await tellPlan(context, plan, 'always');
  expect(stderr.text).toContain(
    'warning: what was changed a moment ago may be missed; the same command finds it later',
  );
  expect(stderr.text).not.toContain('make sure');
});

it('a plan knows the control store where TO is a store of the configuration, and of no URL', async () => {
  const cwd = await workingDirectory({ 'from/c/config': 'x' });
  const url = (name: string) => `file://${cwd}/${name}`;
  const stores = `stores: { prod: { url: '${url('from')}' }, weak: { url: '${url('to')}' } }`;
  await writeFile(join(cwd, 'statesync.yaml'), `version: 1\ncontrol: ${url('control')}\n${stores}\n`);
  const io = {
    stdout: new Kept(),
    stderr: new Kept(),
    signal,
    env: {},
    cwd,
    home: '/',
    clock: systemClock,
    ask: undefined,
  };
  const context = new CommandContext(io, { output: 'table', color: false });
  const options = { concurrency: 4, sensitive: 'include' } as const;
  expect((await makePlan(context, 'prod', 'weak', options)).control).toEqual({ url: url('control') });
  expect((await makePlan(context, url('from'), url('to'), options)).control).toBeUndefined();
});

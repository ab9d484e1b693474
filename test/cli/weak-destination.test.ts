import { describe, expect, it } from '@jest/globals';
import { CommandContext } from '../../cli/context.ts';
import { carryOut } from '../../cli/sync/carry-out.ts';
import { type Plan, tellPlan } from '../../cli/sync/plan.ts';
import { createPolicy } from '../../cli/sync/policy.ts';
import { survey } from '../../cli/sync/survey.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { contents, memoryStore } from './memory-store.ts';
import { Kept } from './run-cli.ts';

const weak = { writeIfAbsent: false, writeIfMatch: false, deleteIfMatch: false };

describe('a destination without conditional changes', () => {
  it('is written by hand all the same, with a warning of what that needs', async () => {
    const [stdout, stderr, signal] = [new Kept(), new Kept(), new AbortController().signal];
    const io = { stdout, stderr, signal, env: {}, cwd: '/', home: '/', clock: systemClock, ask: undefined };
    const context = new CommandContext(io, { output: 'table', color: false });
    const source = await memoryStore({ 'c/config': 'new', 'c/instancegroup/nodes': 'x' });
    const destination = new Store(createMemoryDriver({ url: 'memfs://weak', capabilities: weak }));
    const options = { concurrency: 4, delete: true };
    const policy = createPolicy(options, []);
    const counts = await survey(source, destination, { prefix: '', policy, signal });
    const plan: Plan = {
      ...{ prefix: '', legs: [], policy, source, survey: counts, options },
      destination: { look: destination, ready: async () => destination },
    };
    await tellPlan(context, plan, 'always');
    expect(stderr.text).toContain(
      'warning: make sure that nobody else writes TO meanwhile: memfs://weak has no conditional create; memfs://weak has no conditional overwrite; memfs://weak has no conditional delete\n',
    );
    expect(await carryOut(context, plan)).toBe(0);
    await source.delete('c/instancegroup/nodes');
    expect(await carryOut(context, plan)).toBe(0);
    expect(await contents(destination)).toEqual({ 'c/config': 'new' });
  });
});

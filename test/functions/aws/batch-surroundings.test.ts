import { describe, expect, it } from '@jest/globals';
import { createBatchSurroundings } from '../../../functions/aws/batch-surroundings.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { resolveConfig } from '../../../lib/config/resolve.ts';
import { Leases } from '../../../lib/control/leases.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';

const { signal } = new AbortController();
const config = resolveConfig({
  version: 1,
  stores: { prod: { url: 's3://state/kops' }, replica: { url: 's3://replica' } },
  routes: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }] }],
});

function start(changes: Readonly<Record<string, string>> = {}, stores: Partial<Runtime> = {}) {
  const calls: unknown[] = [];
  const runtime: Runtime = {
    environment: {
      STATESYNC_DESTINATION: 'replica',
      STATESYNC_QUEUE_URL: 'queue',
      STATESYNC_DEAD_LETTER_URL: 'dead letters',
      ...changes,
    },
    config,
    route: config.routes[0] as Runtime['route'],
    write: () => {},
    logger: () => ({ log: () => {} }),
    open: async (name) => new Store(createMemoryDriver({ url: `memfs://${name}` })),
    openControl: async () => undefined,
    ...stores,
  };
  const queues = {
    deadLetter: async (...args: readonly unknown[]) => void calls.push(['dead letter', ...args]),
    putOff: async (...args: readonly unknown[]) => void calls.push(['put off', ...args]),
  };
  return { calls, surroundings: createBatchSurroundings(runtime, queues) };
}

describe('the surroundings of a batch', () => {
  it('lead from the source of the route to the one destination', async () => {
    const { replicator, route, destination } = await start().surroundings;
    expect([replicator.source.url, replicator.destination.url]).toEqual(['memfs://prod', 'memfs://replica']);
    expect([route, destination]).toEqual(['prod', 'replica']);
  });

  it('know which keys of which bucket lie in the source', async () => {
    const { keyInSource } = await start().surroundings;
    expect(keyInSource('state', 'kops/a/config')).toBe('a/config');
    expect(keyInSource('state', 'other/a/config')).toBeUndefined();
    expect(keyInSource('replica', 'kops/a/config')).toBeUndefined();
  });

  it('send dead letters to their own queue, and put off in the other', async () => {
    const { calls, surroundings } = start();
    const record = { messageId: 'm', receiptHandle: 'r', body: '', attributes: {} };
    const { deadLetter, putOff } = await surroundings;
    await deadLetter(record, 'why');
    await putOff(record);
    expect(calls).toEqual([
      ['dead letter', 'dead letters', record, 'why'],
      ['put off', 'queue', record],
    ]);
  });

  it('are refused for a destination that the route does not have', async () => {
    await expect(start({ STATESYNC_DESTINATION: 'offsite' }).surroundings).rejects.toThrow(
      'STATESYNC_DESTINATION names "offsite", and route prod has no such destination; deploy again',
    );
  });

  it('open the control store where the destination lacks a condition, and nowhere else', async () => {
    const control = new Store(createMemoryDriver({ url: 'memfs://control' }));
    const capabilities = { writeIfMatch: false };
    const weak = {
      open: async (name: string) => new Store(createMemoryDriver({ url: `memfs://${name}`, capabilities })),
    };
    let opened = 0;
    const openControl = async () => {
      opened += 1;
      return control;
    };
    await start({}, { openControl }).surroundings;
    expect(opened).toBe(0);
    const { replicator } = await start({}, { ...weak, openControl }).surroundings;
    expect(opened).toBe(1);
    const leased = new Leases({ control, clock: systemClock, holder: 'somebody else' });
    const lease = await leased.acquire('memfs://replica/note.txt', signal);
    const outcomes = await replicator.converge(['note.txt'], signal);
    expect(outcomes.get('note.txt')).toMatchObject([{ kind: 'failed', code: 'Contended' }]);
    await lease.end();
  });

  it('are refused where the destination lacks a condition and there is no control store', async () => {
    const weak = new Store(createMemoryDriver({ url: 'memfs://weak', capabilities: { deleteIfMatch: false } }));
    await expect(start({}, { open: async () => weak }).surroundings).rejects.toThrow(
      'this pair needs a control store, which keeps its workers apart: memfs://weak has no conditional delete. Name one under control',
    );
  });

  it.each(['STATESYNC_DESTINATION', 'STATESYNC_QUEUE_URL', 'STATESYNC_DEAD_LETTER_URL'])(
    'are refused with an empty %s',
    async (name) => {
      await expect(start({ [name]: '' }).surroundings).rejects.toThrow(`the environment variable ${name} is empty`);
    },
  );
});

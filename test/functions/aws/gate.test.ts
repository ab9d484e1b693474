import { describe, expect, it } from '@jest/globals';
import { createBatchSurroundings } from '../../../functions/aws/batch-surroundings.ts';
import type { Runtime } from '../../../functions/runtime.ts';
import { resolveConfig } from '../../../lib/config/resolve.ts';
import type { ResolvedConfig } from '../../../lib/config/resolved.ts';
import { encodeTask } from '../../../lib/events/task.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import {
  clusterText,
  config,
  createGatedPair,
  fill,
  groupText,
  nodes,
  validSet,
} from '../../replication/configurations.ts';
import { cluster, contents, createPair } from '../../replication/pair.ts';
import { nothingFailed, notification, surroundings } from './batch.ts';

const { signal } = new AbortController();
const invalid = { [config]: clusterText({ members: 2 }), [nodes]: groupText('nodes', { maxSize: 9 }) };
const told = {
  cluster,
  rules: ['ETCD-MEMBER-COUNT'],
  reason: expect.stringMatching(/^ETCD-MEMBER-COUNT in .*config: /),
};
const task = encodeTask({ route: 'prod', destination: 'replica', prefix: `${cluster}/`, depth: 0 });

describe('a batch that meets an invalid configuration', () => {
  it.each([
    ['events, which may be from the middle of a kOps command', notification(config, nodes), 'warn'],
    ['a reconcile', task, 'error'],
  ])('is acknowledged, and logs what is held once a cluster, with its rules: by %s', async (_, message, level) => {
    const pair = createGatedPair('enforce');
    await fill(pair, validSet);
    await pair.converge(config);
    await fill(pair, invalid);
    const { handle, lines, late, dead } = surroundings(pair);
    expect(await handle(message)).toEqual(nothingFailed);
    expect({ late, dead }).toEqual({ late: [], dead: [] });
    expect(lines.filter(({ event }) => event === 'held')).toEqual([
      { level, event: 'held', ...told, keys: [nodes, config] },
    ]);
    expect(await contents(pair.destination)).toEqual(validSet);
    await fill(pair, { [config]: clusterText() });
    await handle(notification(config));
    expect(await contents(pair.destination)).toEqual({ ...validSet, [nodes]: invalid[nodes] });
  });

  it.each([
    ['events', notification(config, nodes)],
    ['a reconcile', task],
  ])('copies it where the gate only warns, and logs that: by %s', async (_, message) => {
    const pair = createGatedPair('warn');
    await fill(pair, { ...validSet, ...invalid });
    const { handle, lines } = surroundings(pair);
    expect(await handle(message)).toEqual(nothingFailed);
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([
      { level: 'warn', event: 'invalid configuration copied', ...told, keys: [`${cluster}/clusteraddons/default`] },
    ]);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });
});

describe('the function of a route', () => {
  const file = (route: object): ResolvedConfig =>
    resolveConfig({
      version: 1,
      stores: { prod: { url: 's3://state' }, replica: { url: 's3://replica' } },
      routes: [{ name: 'prod', from: 'prod', to: [{ store: 'replica' }], ...route }],
    });

  async function kindsBy(resolved: ResolvedConfig): Promise<readonly string[]> {
    const { source, destination } = createPair();
    const stores: Readonly<Record<string, Store>> = { prod: source, replica: destination };
    await source.write(config, textSource(invalid[config] ?? ''));
    const runtime: Runtime = {
      environment: { STATESYNC_DESTINATION: 'replica', STATESYNC_QUEUE_URL: 'q', STATESYNC_DEAD_LETTER_URL: 'd' },
      config: resolved,
      route: resolved.routes[0] as Runtime['route'],
      write: () => {},
      logger: () => ({ log: () => {} }),
      open: async (name) => stores[name] ?? new Store(createMemoryDriver()),
      openControl: async () => undefined,
    };
    const { replicator } = await createBatchSurroundings(runtime, {
      deadLetter: async () => {},
      putOff: async () => {},
    });
    const outcomes = await replicator.converge([config], signal);
    return [...outcomes.values()]
      .flat()
      .map((one) => (one.kind === 'written' && one.objection ? 'objected to' : one.kind));
  }

  it.each([
    [{ gate: 'enforce' }, ['held']],
    [{ gate: 'warn' }, ['objected to']],
    [{}, ['objected to']],
    [{ gate: 'off' }, ['written']],
  ])('has the gate that the route names: %j', async (route, kinds) => {
    expect(await kindsBy(file(route))).toEqual(kinds);
  });

  it('takes what the waivers of the configuration accept', async () => {
    const waivers = [{ rule: 'ETCD-MEMBER-COUNT', reason: 'an experiment', expires: '2999-12-31' }];
    expect(await kindsBy({ ...file({ gate: 'enforce' }), waivers })).toEqual(['written']);
  });
});

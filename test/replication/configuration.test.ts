import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { instrument } from '../../lib/vfs/layers/instrument.ts';
import { faultsByRule } from '../support/faults.ts';
import { cluster, contents, createPair } from './pair.ts';

const config = `${cluster}/config`;
const nodes = `${cluster}/instancegroup/nodes`;
const workers = `${cluster}/instancegroup/workers`;
const addons = `${cluster}/clusteraddons/default`;
const secret = `${cluster}/secrets/admin`;

/** The keys that are written to the destination, in order. */
function writesOf(): { readonly layer: Layer; readonly keys: string[] } {
  const keys: string[] = [];
  const layer = instrument(
    ({ operation, key, result }) => operation === 'write' && result === 'ok' && keys.push(key),
    systemClock,
  );
  return { layer, keys };
}

describe("a cluster's configuration", () => {
  it('arrives whole, whichever key the event names: instance groups and addons, then config', async () => {
    const writes = writesOf();
    const pair = createPair({ destinationLayers: [writes.layer] });
    await Promise.all([config, nodes, workers, addons].map((key) => pair.put(key, key)));
    await pair.converge(nodes);
    expect(writes.keys).toEqual([addons, nodes, workers, config]);
  });

  it('arrives after the rest of its cluster while the destination has no config', async () => {
    const writes = writesOf();
    const pair = createPair({ destinationLayers: [writes.layer] });
    await Promise.all([config, nodes, secret].map((key) => pair.put(key, key)));
    await pair.converge(config);
    expect(writes.keys).toEqual([secret, nodes, config]);
  });

  it('does not arrive while another object of the cluster cannot', async () => {
    const failing: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      write: async (key, source, options) =>
        key === (secret as never) ? Promise.reject(await unavailable()) : inner.write(key, source, options),
    });
    const pair = createPair({ destinationLayers: [failing] });
    await Promise.all([config, secret].map((key) => pair.put(key, key)));
    expect(await pair.converge(config)).toMatchObject([
      { kind: 'failed', key: secret, retryable: true },
      { kind: 'deferred', key: config },
    ]);
    expect(await contents(pair.destination)).toEqual({});
  });

  it.each(['Unavailable', 'TooLarge'] as const)(
    'is not published over a hole, by event or reconcile: %s',
    async (code) => {
      const faults = faultsByRule([{ operation: 'write', key: secret, fault: { kind: 'error', code } }]);
      const pair = createPair({ destinationLayers: [faults.layer] });
      await Promise.all([config, nodes, secret].map((key) => pair.put(key, key)));
      await pair.converge(config);
      expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'deferred', key: config }));
      expect(Object.keys(await contents(pair.destination))).not.toContain(config);
      faults.stop();
      await pair.reconcile();
      expect(Object.keys(await contents(pair.destination))).toContain(config);
    },
  );

  it('goes on being updated while something else of a standing cluster fails', async () => {
    const faults = faultsByRule([{ operation: 'write', key: secret, fault: { kind: 'error', code: 'TooLarge' } }]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    await Promise.all([config, nodes].map((key) => pair.put(key, 'first')));
    await pair.reconcile();
    await Promise.all([config, secret].map((key) => pair.put(key, 'second')));
    await pair.reconcile();
    expect((await contents(pair.destination))[config]).toBe('second');
  });

  it('waits for its set: config stays what it was when an instance group cannot arrive', async () => {
    const faults = faultsByRule([
      { operation: 'write', key: nodes, fault: { kind: 'error', code: 'PermissionDenied' } },
    ]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    await pair.put(config, 'first');
    await pair.converge(config);
    await Promise.all([config, nodes].map((key) => pair.put(key, 'second')));
    expect(await pair.converge(config)).toMatchObject([
      { kind: 'failed', key: nodes },
      { kind: 'deferred', key: config },
    ]);
    expect((await contents(pair.destination))[config]).toBe('first');
  });

  it('of a cluster that the route does not carry is not even listed', async () => {
    const pair = createPair({ policy: { carries: () => false, deletePolicy: () => 'follow' } });
    await pair.put(config, 'c');
    expect(await pair.converge(nodes)).toMatchObject([{ kind: 'not-carried' }]);
    expect(pair.requests()).toEqual([]);
  });

  it('of a store that begins inside a cluster comes last too', async () => {
    const writes = writesOf();
    const pair = createPair({ destinationLayers: [writes.layer] });
    await Promise.all(['config', 'instancegroup/nodes', 'secrets/admin'].map((key) => pair.put(key, key)));
    await pair.converge('instancegroup/nodes');
    expect(writes.keys).toEqual(['secrets/admin', 'instancegroup/nodes', 'config']);
  });

  it('is written and then cleaned: a removed instance group goes last', async () => {
    const pair = createPair();
    await Promise.all([config, nodes, workers].map((key) => pair.put(key, key)));
    await pair.converge(config);
    await pair.remove(workers);
    await pair.put(config, 'new');
    const outcomes = await pair.converge(workers);
    expect(outcomes.map(({ key, kind }) => [key, kind])).toEqual([
      [nodes, 'in-sync'],
      [config, 'written'],
      [workers, 'deleted'],
    ]);
  });

  it('keeps config and instance groups of a cluster whose config is gone', async () => {
    const pair = createPair();
    await Promise.all([config, nodes].map((key) => pair.put(key, key)));
    await pair.converge(config);
    await pair.remove(config);
    await pair.remove(nodes);
    expect(await pair.converge(config, nodes)).toMatchObject([{ kind: 'retained' }, { kind: 'retained' }]);
    expect(await pair.reconcile()).toMatchObject([{ kind: 'retained' }, { kind: 'retained' }]);
    expect(Object.keys(await contents(pair.destination))).toEqual([config, nodes]);
  });

  it('starts over when the source changes while the set is read', async () => {
    let changes = 1;
    const writes = writesOf();
    const pair = createPair({
      destinationLayers: [writes.layer],
      sourceLayers: [
        (inner) => ({
          ...aroundCalls(inner, (call, run) => run(call.signal)),
          read: async (key, options) => {
            if (key === (config as never) && changes > 0) {
              changes -= 1;
              await pair.put(nodes, 'changed in between');
            }
            return inner.read(key, options);
          },
        }),
      ],
    });
    await Promise.all([config, nodes].map((key) => pair.put(key, 'first')));
    await pair.converge(config);
    expect(await contents(pair.destination)).toEqual({ [config]: 'first', [nodes]: 'changed in between' });
  });

  it('never copies a member at another revision than the one listed', async () => {
    let raced = false;
    const pair = createPair({
      sourceLayers: [
        (inner) => ({
          ...aroundCalls(inner, (call, run) => run(call.signal)),
          read: async (key, options) => {
            if (key === (nodes as never) && !raced) {
              raced = true;
              await pair.put(nodes, 'second');
              await pair.put(config, 'second');
            }
            return inner.read(key, options);
          },
        }),
      ],
    });
    await Promise.all([config, nodes].map((key) => pair.put(key, 'first')));
    await pair.converge(nodes);
    expect(await contents(pair.destination)).toEqual({ [config]: 'second', [nodes]: 'second' });
  });
});

async function unavailable(): Promise<Error> {
  const { VfsError } = await import('../../lib/vfs/errors.ts');
  return new VfsError({
    code: 'Unavailable',
    operation: 'write',
    target: 'destination',
    reason: 'out of order',
    maybeApplied: false,
  });
}

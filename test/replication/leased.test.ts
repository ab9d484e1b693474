import { describe, expect, it } from '@jest/globals';
import { leaseKey } from '../../lib/control/lease-record.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { Turns } from '../../lib/flow/turns.ts';
import { withLeases } from '../../lib/replication/hold-lease.ts';
import type { ReplicationContext } from '../../lib/replication/replication-context.ts';
import { underLease } from '../../lib/replication/under-lease.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createFastClock } from '../support/clock.ts';
import { faultsByRule } from '../support/faults.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { limited, onFirst, onlyOnce } from './layers.ts';
import { createLeasedPair, type LeasedPair, unconditional } from './leased-pair.ts';
import { cluster, contents, createPair, signal } from './pair.ts';

const key = 'note.txt';
const subject = `memfs://destination/${key}`;
const backup = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012`;
const retrying = retry({ attempts: 4, baseMs: 1, maxMs: 1, random: () => 0, clock: createFastClock() });

describe('a change of a leased pair', () => {
  it('costs two requests more than any other: to take the lease, and to give it back', async () => {
    const pair = createLeasedPair();
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.put(key, 'two');
    pair.requests();
    pair.controlRequests.reset();
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(pair.requests()).toEqual(['destination stat', 'source read', 'destination write', 'source stat']);
    expect(pair.controlRequests.lines).toEqual([`write ${leaseKey(subject)}`, `delete ${leaseKey(subject)}`]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'two' });
  });

  it('takes one lease for a group, whatever the number of its keys', async () => {
    const pair = createLeasedPair();
    const keys = ['config', 'instancegroup/a', 'instancegroup/b', 'clusteraddons/default'].map(
      (name) => `${cluster}/${name}`,
    );
    await Promise.all(
      [...keys, `${backup}/etcd.backup.gz`, `${backup}/_etcd_backup.meta`].map((name) => pair.put(name, name)),
    );
    await pair.converge(`${backup}/etcd.backup.gz`);
    expect(pair.controlRequests.lines).toHaveLength(2);
    pair.controlRequests.reset();
    await pair.converge(`${cluster}/instancegroup/a`);
    const ofConfiguration = leaseKey(`memfs://destination/${cluster}/config`);
    expect(pair.controlRequests.lines.filter((line) => line === `write ${ofConfiguration}`)).toHaveLength(1);
    const control = `${cluster}/backups/etcd/main/control`;
    await Promise.all(
      ['etcd-cluster-created', 'etcd-cluster-spec'].map((name) => pair.put(`${control}/${name}`, name)),
    );
    pair.controlRequests.reset();
    await pair.converge(`${control}/etcd-cluster-spec`);
    expect(pair.controlRequests.lines).toHaveLength(2);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });

  it('costs a first copy two requests for each group, and nothing where the listings agree', async () => {
    const pair = createLeasedPair();
    const keys = Array.from({ length: 20 }, (_, i) => `${cluster}/addons/a${i}/k8s.yaml`);
    await Promise.all(
      [`${backup}/etcd.backup.gz`, `${backup}/_etcd_backup.meta`, `${cluster}/config`, ...keys].map((name) =>
        pair.put(name, name),
      ),
    );
    await pair.reconcile();
    expect(pair.controlRequests.total).toBe(2 * (keys.length + 2));
    pair.controlRequests.reset();
    await pair.reconcile();
    expect(pair.controlRequests.total).toBe(0);
    expect(await contentsOf(pair.control)).toEqual({});
  });

  it('of a cluster that arrives while another event of the batch brings a part of it waits for its turn', async () => {
    const pair = createLeasedPair();
    const keys = [
      `${cluster}/config`,
      `${cluster}/instancegroup/a`,
      `${cluster}/addons/a/k8s.yaml`,
      `${cluster}/manifests/b.yaml`,
    ];
    await Promise.all(keys.map((name) => pair.put(name, name)));
    const outcomes = await pair.converge(...keys);
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });
});

it('a pair whose destination has all conditions takes no lease', async () => {
  const pair = createLeasedPair({ lacking: {} });
  await pair.put(key, 'one');
  await pair.converge(key);
  expect(pair.controlRequests.total).toBe(0);
});

it('a pair without leases is refused, unless one writer takes it upon himself', async () => {
  const weak = { destinationLayers: [limited(unconditional)] };
  expect(() => createPair(weak)).toThrow(
    'replicate memfs://source → memfs://destination: this pair needs a control store, which keeps its workers apart: memfs://destination has no conditional create; memfs://destination has no conditional overwrite; memfs://destination has no conditional delete. Name one under control; without it, one writer at a time may use the pair by hand (statesync sync)',
  );
  const pair = createPair({ ...weak, unguarded: true });
  await pair.put(key, 'one');
  expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
});

describe('without a lease nothing is changed', () => {
  it('where somebody else holds it: the event comes again', async () => {
    const pair = createLeasedPair();
    await pair.put(key, 'one');
    const lease = await pair.others.acquire(subject, signal);
    expect(await pair.converge(key)).toEqual([
      {
        kind: 'failed',
        key,
        reason: `the lease of ${subject} is held by "somebody else"`,
        retryable: true,
        code: 'Contended',
      },
    ]);
    expect(pair.requests()).toEqual([]);
    await lease.end();
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
  });

  it('where the control store cannot be reached: the event comes again', async () => {
    const faults = faultsByRule([{ operation: '*', fault: { kind: 'error', code: 'Unavailable' } }]);
    const pair = createLeasedPair({ controlLayers: [faults.layer] });
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', retryable: true, code: 'Unavailable' }]);
    expect(await pair.reconcile()).toMatchObject([{ kind: 'failed', retryable: true, code: 'Unavailable' }]);
    expect(await contents(pair.destination)).toEqual({});
  });

  it('nor what the lease is not for: the destination refuses it before any request', async () => {
    const { others } = createLeasedPair();
    const lease = await others.acquire(subject, signal);
    const driver = createMemoryDriver();
    const weak = new Store(compose(driver, underLease(undefined)));
    const held = new Store(compose(driver, underLease({ lease, covers: (name) => name === key })));
    await held.write(key, textSource('one'));
    for (const call of [
      weak.write(key, textSource('x')),
      weak.delete(key),
      held.write('other', textSource('x')),
      held.delete('other'),
    ]) {
      await expect(call).rejects.toMatchObject({
        code: 'Unknown',
        maybeApplied: false,
        message: expect.stringContaining('no lease of it is held'),
      });
    }
    const upload = await weak.uploads.begin(key, { signal, headers: {}, metadata: {} });
    const complete = weak.uploads.complete(upload, [], { signal, precondition: { kind: 'none' }, checksums: {} });
    await expect(complete).rejects.toThrow('no lease of it is held');
    expect(await contentsOf(weak)).toEqual({ [key]: 'one' });
    await lease.end();
  });

  it('nor by way of a context that holds none, or one of another group', async () => {
    const { others } = createLeasedPair();
    const destination = new Store(createMemoryDriver({ url: 'memfs://destination' }));
    const context = withLeases({ destination, signal } as ReplicationContext, { leases: others, turns: new Turns() });
    await expect(context.destination.write(key, textSource('x'))).rejects.toThrow('no lease of it is held');
    await context.hold({ kind: 'single', key }, async (held) => {
      await held.destination.write(key, textSource('one'));
      await expect(held.destination.write('other', textSource('x'))).rejects.toThrow('no lease of it is held');
      await held.hold({ kind: 'single', key }, (same) => same.destination.write(key, textSource('two')));
      await held.hold({ kind: 'single', key: 'other' }, (other) => other.destination.write('other', textSource('x')));
    });
    expect(await contentsOf(destination)).toEqual({ [key]: 'two', other: 'x' });
  });

  it('nor with too little of it left', async () => {
    const pair: LeasedPair = createLeasedPair({
      controlLayers: [onlyOnce('write')],
      sourceLayers: [onFirst('read', key, () => pair.time.advance(100_000))],
    });
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toMatchObject([
      { kind: 'failed', retryable: true, reason: expect.stringContaining('its lease is running out') },
    ]);
    expect(await contents(pair.destination)).toEqual({});
  });
});

describe('a change that is left unanswered', () => {
  it.each(['lost-answer', 'never-called'] as const)(
    '(%s) is sent once, and looked at when its lease has run out',
    async (kind) => {
      const faults = faultsByRule([{ operation: 'write', nth: 1, fault: { kind } }]);
      const pair = createLeasedPair({ destinationLayers: [faults.layer, retrying] });
      await pair.put(key, 'one');
      expect(await pair.converge(key)).toMatchObject([
        {
          kind: 'failed',
          retryable: true,
          code: 'Unavailable',
          reason: expect.stringContaining('it is looked at again when its lease has run out'),
        },
      ]);
      expect(pair.requests().filter((request) => request === 'destination write').length).toBeLessThan(2);
      await expect(pair.others.acquire(subject, signal)).rejects.toThrow('is held by "prod to replica"');
      expect(await pair.converge(key)).toMatchObject([{ code: 'Contended' }]);
      await pair.time.advance(130_000);
      expect(await pair.converge(key)).toMatchObject([{ kind: kind === 'lost-answer' ? 'in-sync' : 'written' }]);
      expect(await contentsOf(pair.control, 'leases/')).toEqual({});
    },
  );

  it('is the last one of its group: nothing else of the configuration is written under that lease', async () => {
    const [config, nodes] = [`${cluster}/config`, `${cluster}/instancegroup/nodes`];
    const faults = faultsByRule([{ operation: 'write', key: nodes, nth: 1, fault: { kind: 'lost-answer' } }]);
    const pair = createLeasedPair({ destinationLayers: [faults.layer] });
    await Promise.all([config, nodes, `${cluster}/instancegroup/other`].map((name) => pair.put(name, name)));
    await pair.converge(config);
    expect(Object.keys(await contents(pair.destination))).toEqual([nodes]);
  });

  it('is not what a refused condition is: that starts over, and gives the lease back', async () => {
    const race = onFirst('write', key, () => pair.destination.write(key, textSource('theirs')));
    const pair: LeasedPair = createLeasedPair({
      lacking: { ...unconditional, writeIfAbsent: true },
      destinationLayers: [race],
    });
    await pair.put(key, 'ours');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'ours' });
    expect(await contentsOf(pair.control)).toEqual({});
  });
});

it('the lease of an object is the same, wherever its store is taken to begin', async () => {
  const pair = createLeasedPair();
  const inner = createPair({
    leases: pair.others,
    clock: systemClock,
    destinationLayers: [
      limited(unconditional),
      (driver) => ({ ...aroundCalls(driver, (call, run) => run(call.signal)), url: `${driver.url}/${cluster}` }),
    ],
  });
  const lease = await pair.others.acquire(`memfs://destination/${cluster}/config`, signal);
  await inner.put('config', 'one');
  expect(await inner.converge('config')).toMatchObject([{ code: 'Contended' }]);
  await lease.end();
});

import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../lib/replication/outcome.ts';
import { textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { faultsByRule } from '../support/faults.ts';
import {
  addons,
  clusterText,
  completed,
  config,
  controlPlane,
  createGatedPair,
  fill,
  groupText,
  nodes,
  validSet,
} from './configurations.ts';
import { onFirst } from './layers.ts';
import { cluster, contents, type PairOptions, type TestPair } from './pair.ts';

const spot = `${cluster}/instancegroup/spot`;
const secret = `${cluster}/secrets/admin`;
const kindsOf = (outcomes: readonly Outcome[]) => outcomes.map(({ kind, key }) => `${kind} ${key}`);

/** A pair with a gate that enforces, and a valid configuration that has arrived. */
async function arrived(more: Readonly<Record<string, string>> = {}, options: PairOptions = {}) {
  const pair = createGatedPair('enforce', options);
  await fill(pair, { ...validSet, ...more });
  await pair.converge(config);
  const before = await contents(pair.destination);
  expect(before).toEqual({ ...validSet, ...more });
  pair.requests();
  return { pair, before };
}

describe('a gate that enforces', () => {
  it('holds an invalid edit: nothing of the configuration changes, and the outcome names cluster and rule', async () => {
    const { pair, before } = await arrived();
    await fill(pair, { [config]: clusterText({ members: 2 }), [nodes]: groupText('nodes', { maxSize: 5 }) });
    const outcomes = await pair.converge(config, nodes);
    expect(outcomes).toEqual([
      { kind: 'in-sync', key: addons, by: 'listing' },
      { kind: 'in-sync', key: controlPlane, by: 'listing' },
      ...[nodes, config].map((key) => ({
        kind: 'held',
        key,
        cluster,
        rules: expect.arrayContaining(['ETCD-MEMBER-COUNT']),
        reason: expect.stringContaining(
          'ETCD-MEMBER-COUNT in c.example.com/config: spec.etcdClusters[0].etcdMembers: Invalid value: 2: Should be an odd number',
        ),
      })),
    ]);
    expect(await contents(pair.destination)).toEqual(before);
    expect(pair.requests().filter((request) => /^destination (write|delete)/.test(request))).toEqual([]);
  });

  it.each(['event', 'reconcile'])('lets what was held move on once it is mended, by %s', async (how) => {
    const { pair } = await arrived();
    await fill(pair, { [config]: clusterText({ networkCidr: 'nonsense' }) });
    await (how === 'event' ? pair.converge(config) : pair.reconcile());
    const mended = { [config]: clusterText({ networkCidr: '172.21.0.0/17' }) };
    await fill(pair, mended);
    const outcomes = await (how === 'event' ? pair.converge(config) : pair.reconcile());
    expect(kindsOf(outcomes)).toContain(`written ${config}`);
    expect(await contents(pair.destination)).toEqual({ ...validSet, ...mended });
  });

  it('holds by a reconcile as by an event', async () => {
    const { pair, before } = await arrived();
    await fill(pair, { [nodes]: groupText('nodes', { subnet: 'eu-west-1z' }) });
    expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'held', key: nodes, cluster }));
    expect(await contents(pair.destination)).toEqual(before);
  });

  it.each(['event', 'reconcile'])(
    'holds the delete of an instance group that leaves the set invalid, by %s',
    async (how) => {
      const { pair, before } = await arrived();
      await pair.remove(nodes);
      const outcomes = await (how === 'event' ? pair.converge(nodes) : pair.reconcile());
      expect(outcomes).toContainEqual({
        kind: 'held',
        key: nodes,
        cluster,
        rules: ['INSTANCE-GROUPS-INCOMPLETE'],
        reason: expect.stringContaining('must configure at least one Node InstanceGroup'),
      });
      expect(await contents(pair.destination)).toEqual(before);
    },
  );

  it.each(['event', 'reconcile'])(
    'holds the valid delete of an instance group while another edit is invalid, by %s',
    async (how) => {
      const { pair, before } = await arrived({ [spot]: groupText('spot') });
      await pair.remove(spot);
      await fill(pair, { [config]: clusterText({ members: 2 }) });
      const outcomes = await (how === 'event' ? pair.converge(spot, config) : pair.reconcile());
      expect(outcomes.filter(({ kind }) => kind === 'held').map(({ key }) => key)).toEqual([config, spot]);
      expect(await contents(pair.destination)).toEqual(before);
      await fill(pair, { [config]: clusterText() });
      expect(kindsOf(await (how === 'event' ? pair.converge(config) : pair.reconcile()))).toContain(`deleted ${spot}`);
      expect(await contents(pair.destination)).toEqual(validSet);
    },
  );

  it('takes no slot of the brake for a delete that it holds', async () => {
    const { pair } = await arrived({ [spot]: groupText('spot') }, { brake: { deletes: 1, prunedBackups: 0 } });
    await pair.remove(spot);
    await pair.remove(nodes);
    expect(kindsOf(await pair.converge(spot)).filter((kind) => !kind.startsWith('in-sync'))).toEqual([
      `held ${nodes}`,
      `held ${spot}`,
    ]);
  });

  it('brings the rest of a new cluster, and its configuration once that is valid', async () => {
    const pair = createGatedPair();
    await fill(pair, { ...validSet, [config]: clusterText({ members: 2 }), [secret]: '{}' });
    const outcomes = await pair.converge(config);
    expect(kindsOf(outcomes)).toEqual([
      `written ${secret}`,
      ...[addons, controlPlane, nodes, config].map((key) => `held ${key}`),
    ]);
    expect(await contents(pair.destination)).toEqual({ [secret]: '{}' });
    await fill(pair, { [config]: clusterText() });
    await pair.converge(config);
    expect(await contents(pair.destination)).toEqual({ ...validSet, [secret]: '{}' });
  });

  it('is not asked about a set without any difference', async () => {
    const { pair } = await arrived();
    await fill(pair, { [config]: clusterText({ members: 2 }) });
    await pair.destination.delete(config);
    await pair.converge(config);
    const { pair: equal } = await arrived();
    await equal.converge(config);
    await equal.reconcile();
    expect(equal.requests().filter((request) => request.endsWith(' read'))).toEqual([]);
  });

  it('takes a cluster without any instance group for one that is just being made, unless it was applied', async () => {
    const pair = createGatedPair();
    await fill(pair, { [config]: clusterText() });
    await pair.converge(config);
    expect(await contents(pair.destination)).toEqual({ [config]: clusterText() });
    await fill(pair, { [completed]: clusterText(), [config]: clusterText({ networkCidr: '172.21.0.0/17' }) });
    expect(await pair.converge(config)).toContainEqual(
      expect.objectContaining({ kind: 'held', rules: ['INSTANCE-GROUPS-INCOMPLETE'] }),
    );
  });

  it('lets an edit pass that was not applied yet, and holds what kOps takes of nobody once it was', async () => {
    const { pair } = await arrived({ [completed]: clusterText() });
    await fill(pair, { [config]: clusterText({ more: '  cloudLabels: { team: a }\n' }) });
    expect(kindsOf(await pair.converge(config))).toContain(`written ${config}`);
    const moved = clusterText().replace('instanceGroup: control-plane', 'instanceGroup: control-plane-b');
    const other = `${cluster}/instancegroup/control-plane-b`;
    await fill(pair, { [config]: moved, [other]: groupText('control-plane-b', { role: 'Master' }) });
    await pair.remove(controlPlane);
    expect(await pair.converge(config)).toContainEqual(
      expect.objectContaining({ kind: 'held', key: config, rules: ['ETCD-CLUSTERS-KEPT'] }),
    );
  });

  it('follows the middle of a kOps command with the events of each write', async () => {
    const { pair } = await arrived();
    const renamed = clusterText().replaceAll('eu-west-1a', 'eu-west-1b');
    await pair.put(config, renamed); // Instance groups name a subnet that is gone.
    expect(kindsOf(await pair.converge(config))).toContain(`held ${config}`);
    await pair.put(controlPlane, groupText('control-plane', { role: 'Master', subnet: 'eu-west-1b' }));
    expect(kindsOf(await pair.converge(controlPlane))).toContain(`held ${controlPlane}`);
    expect(await contents(pair.destination)).toEqual(validSet);
    await pair.put(nodes, groupText('nodes', { subnet: 'eu-west-1b' }));
    expect(kindsOf(await pair.converge(nodes))).toEqual([
      `in-sync ${addons}`,
      `written ${controlPlane}`,
      `written ${nodes}`,
      `written ${config}`,
    ]);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });

  it('judges what the route does not carry too, and writes only what it carries', async () => {
    const policy = {
      carries: ({ class: name }: { readonly class: unknown }) => name === 'config',
      deletePolicy: () => 'follow' as const,
    };
    const pair = createGatedPair('enforce', { policy });
    await fill(pair, { ...validSet, [nodes]: groupText('nodes', { subnet: 'eu-west-1z' }) });
    expect(await pair.converge(nodes)).toContainEqual(expect.objectContaining({ kind: 'held', key: config }));
    await fill(pair, validSet);
    await pair.converge(nodes);
    expect(await contents(pair.destination)).toEqual({ [config]: clusterText() });
  });

  it('copies no instance group of a cluster that has no config, and deletes none', async () => {
    const { pair, before } = await arrived({ [spot]: groupText('spot') });
    await pair.remove(config);
    await pair.remove(spot);
    await fill(pair, { [nodes]: groupText('nodes', { maxSize: 9 }) });
    expect(kindsOf(await pair.converge(nodes, spot)).toSorted()).toEqual([
      `deferred ${nodes}`,
      `in-sync ${addons}`,
      `in-sync ${controlPlane}`,
      `retained ${config}`,
      `retained ${spot}`,
    ]);
    expect(await contents(pair.destination)).toEqual(before);
  });

  it('judges the set that it writes: what changes while it is read starts it over', async () => {
    const change = onFirst('read', config, () => pair.put(config, clusterText({ members: 2 })));
    const pair = createGatedPair('enforce', { sourceLayers: [change] });
    await fill(pair, validSet);
    expect(kindsOf(await pair.converge(config))).toContain(`held ${config}`);
    expect(await contents(pair.destination)).toEqual({});
  });

  it('writes a set that it let pass to its end, although the source is invalid meanwhile', async () => {
    const { pair } = await arrived({}, { destinationLayers: [onFirst('write', nodes, breakSource, 2)] });
    const edited = {
      [nodes]: groupText('nodes', { maxSize: 9 }),
      [config]: clusterText({ networkCidr: '172.21.0.0/17' }),
    };
    armed = () => fill(pair, { [nodes]: groupText('nodes', { maxSize: 7 }), [config]: clusterText({ members: 2 }) });
    await fill(pair, edited);
    expect(kindsOf(await pair.converge(config))).toContain(`held ${config}`);
    expect(await contents(pair.destination)).toEqual({ ...validSet, ...edited });
  });

  it('writes the rest of a set that it let pass over nothing newer', async () => {
    const other = clusterText({ more: '  # of another worker\n' });
    const { pair } = await arrived({}, { destinationLayers: [onFirst('write', nodes, breakSource, 2)] });
    armed = async () => {
      await pair.put(config, clusterText({ members: 2 }));
      await pair.destination.write(config, textSource(other));
    };
    await fill(pair, {
      [nodes]: groupText('nodes', { maxSize: 9 }),
      [config]: clusterText({ networkCidr: '172.21.0.0/17' }),
    });
    await pair.converge(config);
    expect((await contents(pair.destination))[config]).toBe(other);
  });

  it('writes nothing that was not in the set that it let pass', async () => {
    const { pair } = await arrived(
      { [spot]: groupText('spot') },
      { sourceLayers: [onFirst('read', spot, breakSource, 3)] },
    );
    armed = () => fill(pair, { [spot]: groupText('spot', { subnet: 'eu-west-1z' }) });
    await pair.remove(spot);
    expect(kindsOf(await pair.converge(spot))).toContain(`held ${spot}`);
    expect((await contents(pair.destination))[spot]).toBe(groupText('spot'));
  });

  it('does not let pass what no listing showed it', async () => {
    let looks = 0;
    const afterListing: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        looks += call.operation === 'stat' && call.key === config ? 1 : 0;
        await (looks === 2 ? fill(pair, { [config]: clusterText({ members: 2 }) }) : undefined);
        return run(call.signal);
      });
    const pair: TestPair = createGatedPair('enforce', { destinationLayers: [afterListing] });
    expect(kindsOf(await pair.converge(config))).toEqual([`deferred ${config}`]);
    expect(await contents(pair.destination)).toEqual({});
    expect(kindsOf(await pair.converge(config))).toEqual([`held ${config}`]);
  });

  it('fails, and comes again, where the set cannot be read', async () => {
    const faults = faultsByRule([
      { operation: 'read', key: completed, fault: { kind: 'error', code: 'PermissionDenied' } },
    ]);
    const pair = createGatedPair('enforce', { sourceLayers: [faults.layer] });
    await fill(pair, validSet);
    expect(await pair.converge(nodes)).toContainEqual(
      expect.objectContaining({ kind: 'failed', key: nodes, code: 'PermissionDenied' }),
    );
    expect(await contents(pair.destination)).toEqual({});
    faults.stop();
    await pair.converge(nodes);
    expect(await contents(pair.destination)).toEqual(validSet);
  });
});

let armed = async (): Promise<void> => {};

/** Does once what a test has armed. */
async function breakSource(): Promise<void> {
  const act = armed;
  armed = async () => {};
  await act();
}

import { describe, expect, it } from '@jest/globals';
import type { Gate } from '../../lib/replication/gate.ts';
import { faultsByRule } from '../support/faults.ts';
import {
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
import { contents, createPair, type TestPair } from './pair.ts';

const invalid = { [config]: clusterText({ members: 2 }), [nodes]: groupText('nodes', { maxSize: 0 }) };
const objection = {
  cluster: 'c.example.com',
  rules: ['ETCD-MEMBER-COUNT'],
  reason: expect.stringContaining('ETCD-MEMBER-COUNT in c.example.com/config: '),
};

/** The requests of one event for a configuration of which `config` and an instance group changed. */
async function requestsOfAnEdit(pair: TestPair): Promise<readonly string[]> {
  await fill(pair, validSet);
  await pair.converge(config);
  await fill(pair, {
    [config]: clusterText({ networkCidr: '172.21.0.0/17' }),
    [nodes]: groupText('nodes', { maxSize: 9 }),
  });
  pair.requests();
  await pair.converge(config);
  return pair.requests();
}

describe('a gate that warns', () => {
  it.each(['event', 'reconcile'])('copies what is invalid, and says so once, by %s', async (how) => {
    const pair = createGatedPair('warn');
    await fill(pair, validSet);
    await pair.converge(config);
    await fill(pair, { [config]: clusterText({ members: 2 }), [nodes]: groupText('nodes', { maxSize: 9 }) });
    const outcomes = await (how === 'event' ? pair.converge(config) : pair.reconcile());
    const changed = outcomes.filter(({ kind }) => kind === 'written');
    expect(changed).toEqual([
      { kind: 'written', key: nodes, bytes: expect.any(Number), objection },
      { kind: 'written', key: config, bytes: expect.any(Number) },
    ]);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });

  it.each(['event', 'reconcile'])('says so at a delete too, by %s', async (how) => {
    const pair = createGatedPair('warn');
    await fill(pair, validSet);
    await pair.converge(config);
    await pair.remove(nodes);
    expect(await (how === 'event' ? pair.converge(nodes) : pair.reconcile())).toContainEqual({
      kind: 'deleted',
      key: nodes,
      objection: expect.objectContaining({ rules: ['INSTANCE-GROUPS-INCOMPLETE'] }),
    });
  });

  it('tells of what it copied, although another look found it in sync', async () => {
    const touch = onFirst('write', config, () => pair.put(nodes, validSet[nodes] ?? ''));
    const pair: TestPair = createGatedPair('warn', { destinationLayers: [touch] });
    await fill(pair, { ...validSet, [config]: clusterText({ members: 2 }) });
    const outcomes = await pair.converge(config);
    expect(outcomes.every(({ kind }) => kind === 'written')).toBe(true);
    expect(outcomes).toContainEqual(expect.objectContaining({ objection }));
  });

  it('has nothing to say of a valid configuration', async () => {
    const pair = createGatedPair('warn');
    await fill(pair, validSet);
    expect((await pair.converge(config)).every((outcome) => !('objection' in outcome))).toBe(true);
  });

  it('copies what it could not judge, and says why', async () => {
    const faults = faultsByRule([
      { operation: 'read', key: completed, fault: { kind: 'error', code: 'PermissionDenied' } },
    ]);
    const pair = createGatedPair('warn', { sourceLayers: [faults.layer] });
    await fill(pair, validSet);
    expect(await pair.converge(config)).toContainEqual(
      expect.objectContaining({
        kind: 'written',
        objection: {
          cluster: 'c.example.com',
          rules: [],
          reason: expect.stringMatching(/^it was copied without having been judged: .*cluster-completed\.spec/),
        },
      }),
    );
    expect(await contents(pair.destination)).toEqual(validSet);
  });

  it('copies what its rules crash on, and tells the name of the error alone', async () => {
    const gate: Gate = { mode: 'warn', judge: async () => Promise.reject(new TypeError('hunter2')) };
    const pair = createPair({ gate });
    await fill(pair, validSet);
    const outcomes = await pair.converge(config);
    expect(JSON.stringify(outcomes)).toContain('it was copied without having been judged: unexpected TypeError');
    expect(JSON.stringify(outcomes)).not.toContain('hunter2');
    expect(await contents(pair.destination)).toEqual(validSet);
  });
});

describe('a gate that enforces', () => {
  it('keeps back what its rules crash on, which comes again', async () => {
    const gate: Gate = { mode: 'enforce', judge: async () => Promise.reject(new TypeError('hunter2')) };
    const pair = createPair({ gate });
    await fill(pair, validSet);
    expect(await pair.converge(config)).toContainEqual(
      expect.objectContaining({ kind: 'failed', key: controlPlane, retryable: true, reason: 'unexpected TypeError' }),
    );
    expect(await contents(pair.destination)).toEqual({});
  });
});

describe('what a gate costs', () => {
  it('is nothing where it is off', async () => {
    const requests = await requestsOfAnEdit(createGatedPair('off'));
    expect(requests).toEqual(await requestsOfAnEdit(createPair()));
    expect(requests.filter((request) => request === 'source read')).toHaveLength(2);
  });

  it.each(['enforce', 'warn'] as const)(
    'is one read of each file of the set and two beside it, where it is %s',
    async (mode) => {
      const off = await requestsOfAnEdit(createGatedPair('off'));
      const on = await requestsOfAnEdit(createGatedPair(mode));
      const more = [...on];
      for (const request of off) {
        more.splice(more.indexOf(request), 1);
      }
      expect(more).toEqual(Array.from({ length: Object.keys(validSet).length + 2 }, () => 'source read'));
    },
  );

  it.each(['enforce', 'warn', 'off'] as const)('is nothing where nothing differs, where it is %s', async (mode) => {
    const ungated = createPair();
    await fill(ungated, { ...validSet, ...invalid });
    await ungated.reconcile();
    const pair = createGatedPair(mode, { stores: ungated });
    await pair.converge(config);
    await pair.reconcile();
    expect(pair.requests().filter((request) => !/ (list|stat)$/.test(request))).toEqual([]);
  });
});

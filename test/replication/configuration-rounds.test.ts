import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { instrument } from '../../lib/vfs/layers/instrument.ts';
import type { ObjectEntry } from '../../lib/vfs/types.ts';
import { createManualClock } from '../support/clock.ts';
import { faultsByRule } from '../support/faults.ts';
import { listingOnly, onFirst } from './layers.ts';
import { cluster, contents, createPair, type PairOptions, type TestPair } from './pair.ts';

const config = `${cluster}/config`;
const nodes = `${cluster}/instancegroup/nodes`;
const workers = `${cluster}/instancegroup/workers`;
const secret = `${cluster}/secrets/admin`;

/** A pair that keeps the names of what is written, in order. */
function createNoted(options: PairOptions = {}) {
  const writes: string[] = [];
  const note = instrument(
    ({ operation, key, result }) => operation === 'write' && result === 'ok' && writes.push(key),
    systemClock,
  );
  return { pair: createPair({ ...options, destinationLayers: [note, ...(options.destinationLayers ?? [])] }), writes };
}

async function fill(pair: TestPair, content: string, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await pair.put(key, content);
  }
}

describe('the rounds of a configuration', () => {
  it('write config only beside the set that was listed with it', async () => {
    const race = onFirst('read', config, () => fill(pair, 'second', nodes, config));
    const { pair, writes } = createNoted({ sourceLayers: [race] });
    await fill(pair, 'first', config, nodes);
    await pair.converge(config);
    expect(writes).toEqual([nodes, nodes, config]);
  });

  it('keep config back while a member has moved on', async () => {
    const { pair, writes } = createNoted({ sourceLayers: [onFirst('read', nodes, () => fill(pair, 'second', nodes))] });
    await fill(pair, 'first', config, nodes);
    await pair.converge(config);
    expect(writes).toEqual([nodes, config]);
  });

  const clock = createManualClock();
  it.each([
    ['revision', 'second', ['revision']],
    ['size', 'longer than before', []],
    ['time', 'second', ['modifiedAt']],
  ] as const)('notice a change by its %s', async (_, content, known) => {
    const reduce = ({ key, size, ...entry }: ObjectEntry): ObjectEntry => ({
      key,
      size,
      ...Object.fromEntries(known.map((name) => [name, entry[name]])),
    });
    const change = async () => {
      await clock.advance(1000);
      await pair.put(nodes, content);
    };
    const pair: TestPair = createPair({
      memory: { clock },
      sourceLayers: [onFirst('read', config, change), listingOnly(reduce)],
    });
    await fill(pair, 'first!', config, nodes);
    await pair.converge(config);
    expect((await contents(pair.destination))[nodes]).toBe(content);
  });

  it('end in a failure that may pass when the source never rests', async () => {
    let n = 0;
    const change = () => {
      n += 1;
      return pair.put(workers, `${n}`);
    };
    const pair: TestPair = createPair({ sourceLayers: [onFirst('list', `${cluster}/c`, change, 100)] });
    await fill(pair, 'first', config);
    expect(await pair.converge(config)).toContainEqual(
      expect.objectContaining({ kind: 'failed', key: config, code: 'Contended', retryable: true }),
    );
  });

  it('go on with the other members when one cannot arrive', async () => {
    const faults = faultsByRule([{ operation: 'write', key: nodes, fault: { kind: 'error', code: 'TooLarge' } }]);
    const { pair, writes } = createNoted({ destinationLayers: [faults.layer] });
    await fill(pair, 'x', config, nodes, workers);
    await pair.converge(config);
    expect(writes).toEqual([workers]);
  });
});

describe('a configuration', () => {
  it('of which nothing is anywhere is in sync', async () => {
    expect(await createPair().converge(nodes)).toEqual([{ kind: 'in-sync', key: config, by: 'absence' }]);
  });

  it('costs no stat for a new member, and the usual four for a changed one', async () => {
    const pair = createPair();
    await fill(pair, 'first', config);
    await pair.converge(config);
    await fill(pair, 'second', config, nodes);
    pair.requests();
    await pair.converge(config);
    const arriving = 'destination stat';
    expect(pair.requests().filter((request) => !request.endsWith(' list'))).toEqual([
      arriving,
      ...['source read', 'destination write', 'source stat'],
      ...['destination stat', 'source read', 'destination write', 'source stat'],
    ]);
  });

  it('names only what belongs to it: not what shares the first letter of config', async () => {
    const pair = createPair();
    const other = `${cluster}/cluster-completed.spec`;
    await fill(pair, 'x', config, other);
    await pair.converge(config);
    expect((await pair.converge(config)).map(({ key }) => key)).toEqual([config]);
  });

  it('that listings cannot tell from its replica is looked at', async () => {
    const blind = listingOnly(({ key, size }) => ({ key, size }));
    const pair = createPair({ destinationLayers: [blind] });
    await fill(pair, 'one', config);
    await pair.converge(config);
    await fill(pair, 'two', config);
    await pair.converge(config);
    expect(await contents(pair.destination)).toEqual({ [config]: 'two' });
  });

  it('without config at the source brings nothing else of its cluster', async () => {
    const pair = createPair();
    await fill(pair, 'x', nodes, secret);
    await pair.converge(nodes);
    expect(Object.keys(await contents(pair.destination))).toEqual([nodes]);
  });

  it('that arrives brings its own cluster only', async () => {
    const pair = createPair();
    await fill(pair, 'x', config, 'other.example.com/config', 'other.example.com/secrets/admin');
    await pair.converge(config);
    expect(Object.keys(await contents(pair.destination))).toEqual([config]);
  });

  it.each(['event', 'reconcile'])('that cannot be listed is a failure of its own, by %s', async (how) => {
    const faults = faultsByRule([
      { operation: 'list', key: `${cluster}/c`, fault: { kind: 'error', code: 'PermissionDenied' } },
    ]);
    const pair = createPair({ sourceLayers: [faults.layer] });
    await fill(pair, 'x', config);
    const outcomes = await (how === 'event' ? pair.converge(config) : pair.reconcile());
    expect(outcomes).toMatchObject([{ kind: 'failed', key: config, code: 'PermissionDenied' }]);
  });

  it('of which the destination has more is not looked at for that', async () => {
    const pair = createPair();
    await fill(pair, 'x', config, nodes);
    await pair.reconcile();
    await pair.remove(nodes);
    pair.requests();
    await pair.reconcile();
    expect(pair.requests().filter((request) => request.endsWith(' list'))).toHaveLength(2);
  });
});

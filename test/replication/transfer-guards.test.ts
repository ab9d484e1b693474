import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { partSizeFor } from '../../lib/replication/transfer-parts.ts';
import { bytesSource, textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { instrument } from '../../lib/vfs/layers/instrument.ts';
import { faultsByRule } from '../support/faults.ts';
import { bodies, limited, onFirst } from './layers.ts';
import { contents, createPair, type PairOptions, type TestPair } from './pair.ts';

const key = 'large.bin';
const partSize = 1024;
const noCopies = { copy: false, multipartCopy: false };
const noParts = { ...noCopies, multipart: false };
const create = (options: PairOptions = {}) => createPair({ partSize, memory: { capabilities: noCopies }, ...options });
const fill = (pair: TestPair, size = 5000) => pair.source.write(key, bytesSource(randomBytes(size)));

/** A store that vouches for no digest. */
const blind: Layer = (inner) => ({
  ...aroundCalls(inner, (call, run) => run(call.signal)),
  stat: async (...args) => ({ ...(await inner.stat(...args)), checksums: {} }),
  read: async (...args) => {
    const result = await inner.read(...args);
    return result && { ...result, stat: { ...result.stat, checksums: {} } };
  },
});

async function expectEqual(pair: TestPair): Promise<void> {
  expect(await contents(pair.destination)).toEqual(await contents(pair.source));
}

describe('the write of a replica', () => {
  it.each(['absent', 'there'])('names what was seen: %s before', async (was) => {
    const race = onFirst('write', key, async () => {
      await pair.put(key, 'newer');
      await pair.destination.write(key, textSource('newer'));
    });
    const pair: TestPair = createPair({ destinationLayers: [race] });
    await pair.put(key, 'older');
    if (was === 'there') {
      await pair.destination.write(key, textSource('oldest'));
    }
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync', by: 'sha256' }]);
  });

  it('of an unguarded pair still names what the store can check, and nothing where it cannot', async () => {
    const race = onFirst('write', key, () => pair.destination.write(key, textSource('one')));
    const destinationLayers = [race, limited({ writeIfMatch: false })];
    const pair: TestPair = createPair({ unguarded: true, destinationLayers });
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
    await pair.put(key, 'two');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
  });

  it('takes an object of exactly one part whole', async () => {
    const pair = create();
    await fill(pair, partSize);
    await pair.converge(key);
    expect(pair.requests()).toContain('destination write');
  });

  it('brings no headers and no metadata to a store that keeps none', async () => {
    const pair = create({ destinationLayers: [limited({ contentHeaders: false, metadata: false })] });
    const attributes = { headers: { contentType: 'text/yaml' }, metadata: { owner: 'platform' } };
    await pair.source.write(key, textSource('one'), attributes);
    await pair.converge(key);
    const { headers, metadata } = await pair.destination.stat(key);
    expect({ headers, metadata }).toEqual({ headers: {}, metadata: {} });
  });

  it('installs no wrong bytes of a source, small or in a stream', async () => {
    for (const size of [10, 5000]) {
      const faults = faultsByRule([{ operation: 'read', fault: { kind: 'flipped-byte', at: 5 } }]);
      const pair = create({ memory: { capabilities: noParts }, sourceLayers: [faults.layer] });
      await fill(pair, size);
      expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'ChecksumMismatch', retryable: true }]);
      expect(await contents(pair.destination)).toEqual({});
    }
  });

  it('stamps the SHA-256 also where neither store holds one', async () => {
    const pair = create({ sourceLayers: [blind], destinationLayers: [limited({ statChecksums: ['md5'] })] });
    await pair.put(key, 'one');
    await pair.converge(key);
    expect((await pair.destination.stat(key)).metadata).toHaveProperty('statesync-sha256');
  });
});

describe('a large object', () => {
  it('holds no connection of the first look while it travels', async () => {
    const counts = bodies();
    let atBegin = -1;
    const look = onFirst('begin', key, async () => {
      atBegin = counts.cancelled;
    });
    const pair = create({ sourceLayers: [counts.layer], destinationLayers: [look] });
    await fill(pair);
    await pair.converge(key);
    expect(atBegin).toBe(1);
  });

  it('goes in a stream where parts cannot be conditional, but in parts where nothing is asked of them', async () => {
    const guarded = create({ destinationLayers: [limited({ multipartConditional: false })] });
    await fill(guarded);
    await guarded.converge(key);
    expect(guarded.requests()).toContain('destination write');
    const weak = { multipartConditional: false, writeIfAbsent: false };
    const unguarded = create({ unguarded: true, destinationLayers: [limited(weak)] });
    await fill(unguarded);
    await unguarded.converge(key);
    expect(unguarded.requests()).toContain('destination complete');
    await expectEqual(unguarded);
  });

  it('in a stream is pinned: another revision of the same size is not installed', async () => {
    let writes = 0;
    const note = instrument(({ operation, result }) => {
      writes += operation === 'write' && result === 'ok' ? 1 : 0;
    }, systemClock);
    const race = onFirst('write', key, () => fill(pair));
    const pair: TestPair = create({
      memory: { capabilities: noParts },
      sourceLayers: [blind],
      destinationLayers: [note, race],
    });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    await expectEqual(pair);
    expect(writes).toBe(1);
  });

  it('that the store copied wrong is removed and copied again', async () => {
    let lies = 1;
    const lying: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        const answer = await run(call.signal);
        lies -= call.operation === 'complete' ? 1 : 0;
        return call.operation === 'complete' && lies === 0
          ? { ...answer, checksums: { sha256: '0'.repeat(64) } }
          : answer;
      });
    const pair = createPair({ partSize: 8, destinationLayers: [lying] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(pair.requests()).toContain('destination delete');
    await expectEqual(pair);
  });
});

describe('parts that the store copies', () => {
  const maxSize = 100;
  const parts = { minSize: 1, maxSize, maxCount: 10_000 };

  it('are no larger than it takes, and joined in order', async () => {
    const pair = createPair({ partSize: 50, memory: { capabilities: { parts } } });
    await fill(pair, 1050);
    await pair.converge(key);
    expect(pair.requests().filter((request) => request === 'destination copyPart')).toHaveLength(11);
    await expectEqual(pair);
  });

  it('are pinned to the revision that was found', async () => {
    const race = onFirst('copyPart', key, () => fill(pair));
    const pair: TestPair = createPair({ partSize: 8, destinationLayers: [race] });
    await fill(pair);
    await pair.converge(key);
    expect(pair.requests().filter((request) => request === 'destination complete')).toHaveLength(1);
    await expectEqual(pair);
  });

  it('are all copied, or the upload fails as a whole and may be tried again', async () => {
    let copies = 0;
    const moody: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        copies += call.operation === 'copyPart' ? 1 : 0;
        return call.operation === 'copyPart' && copies > 1 ? (undefined as never) : run(call.signal);
      });
    const pair = createPair({ partSize: 8, memory: { capabilities: { parts } }, destinationLayers: [moody] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'Unavailable', retryable: true }]);
    expect(await contents(pair.destination)).toEqual({});
    expect(pair.requests()).toContain('destination abort');
  });
});

describe('the parts of an object', () => {
  it('end conditional: what came in between is not overwritten', async () => {
    const race = onFirst('complete', key, async () => {
      await pair.put(key, 'newer');
      await pair.destination.write(key, textSource('newer'));
    });
    const pair: TestPair = create({ destinationLayers: [race] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
  });

  it('are no more in flight than is allowed, and each names a digest', async () => {
    let inFlight = 0;
    let most = 0;
    const named: number[] = [];
    const watch: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        if (call.operation !== 'putPart') {
          return run(call.signal);
        }
        named.push(Object.keys(call.source?.checksums ?? {}).length);
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        return run(call.signal).finally(() => {
          inFlight -= 1;
        });
      });
    const pair = create({ partsInFlight: 2, destinationLayers: [watch] });
    await fill(pair, 10_000);
    await pair.converge(key);
    expect(most).toBe(2);
    expect(new Set(named)).toEqual(new Set([1]));
  });

  it('arrive in any order, and are digested in theirs', async () => {
    let reads = 0;
    const slowFirst: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      read: async (name, options) => {
        reads += options.range === undefined ? 0 : 1;
        for (const first = reads === 1; first && reads < 4; ) {
          await new Promise((resolve) => setImmediate(resolve)); // The others overtake it.
        }
        return inner.read(name, options);
      },
    });
    const pair = create({ sourceLayers: [slowFirst] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(pair.requests().filter((request) => request === 'destination begin')).toHaveLength(1);
  });

  it('tell the first failure, also when the upload cannot be aborted', async () => {
    const faults = faultsByRule([
      { operation: 'putPart', fault: { kind: 'error', code: 'PermissionDenied' } },
      { operation: 'abort', fault: { kind: 'error', code: 'Unavailable' } },
    ]);
    const pair = create({ destinationLayers: [faults.layer] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'PermissionDenied' }]);
  });

  it('are aborted also when the time of the caller is over', async () => {
    const time = new AbortController();
    const end: Layer = onFirst('putPart', key, async () => time.abort());
    const pair = create({ destinationLayers: [end] });
    await fill(pair);
    const outcomes = await pair.replicator.converge([key], time.signal);
    expect(outcomes.get(key)).toMatchObject([{ kind: 'failed', code: 'Aborted' }]);
    expect(pair.requests()).toContain('destination abort');
  });

  it('are never larger than the store takes', () => {
    const destination = { capabilities: { parts: { minSize: 5, maxSize: 100, maxCount: 10 } } } as never;
    expect(partSizeFor({ destination, partSize: 200 }, 500)).toBe(100);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import type { ChecksumSet } from '../../lib/vfs/types.ts';
import { faultsByRule } from '../support/faults.ts';
import { bodies, limited, onFirst } from './layers.ts';
import { contents, createPair, type PairOptions, type TestPair } from './pair.ts';

const key = 'large.bin';
const noCopies = { copy: false, multipartCopy: false };
const create = (options: PairOptions = {}) =>
  createPair({ partSize: 1024, memory: { capabilities: noCopies }, ...options });
const fill = (pair: TestPair, size = 5000) => pair.source.write(key, bytesSource(randomBytes(size)));
const tick = () => new Promise((resolve) => setImmediate(resolve));
const through = (inner: Parameters<Layer>[0]) => aroundCalls(inner, (call, run) => run(call.signal));

/** A source that vouches for some digests only. */
const vouching = (...names: readonly (keyof ChecksumSet)[]): Layer => {
  const only = (checksums: ChecksumSet) =>
    Object.fromEntries(Object.entries(checksums).filter(([name]) => names.includes(name as keyof ChecksumSet)));
  return (inner) => ({
    ...through(inner),
    stat: async (...args) => {
      const stat = await inner.stat(...args);
      return { ...stat, checksums: only(stat.checksums) };
    },
    read: async (...args) => {
      const result = await inner.read(...args);
      return result && { ...result, stat: { ...result.stat, checksums: only(result.stat.checksums) } };
    },
  });
};

/** A destination that checks nothing of what it takes, and answers with the MD5 of what it has. */
const careless: Layer = (inner) => ({
  ...through(inner),
  capabilities: { ...inner.capabilities, statChecksums: ['md5'], writeVerifies: [] },
  write: async (name, source, options) => {
    const { checksums, ...written } = await inner.write(name, { ...source, checksums: {} }, options);
    return { ...written, checksums: { md5: checksums.md5 ?? '' } };
  },
});

describe('the digests of an upload in parts', () => {
  it.each([
    ['the one that both ends know', ['sha256', 'md5', 'crc64nvme'], ['crc64nvme']],
    ["the source's own and the destination's, where they share none", ['md5'], ['crc64nvme', 'md5']],
    ["the destination's, where the source has none", [], ['crc64nvme']],
  ] as const)('end with %s', async (_, own, expected) => {
    let named: readonly string[] = [];
    const watch: Layer = (inner) => ({
      ...through(inner),
      multipart: {
        ...through(inner).multipart!,
        complete: (upload, parts, options) => {
          named = Object.keys(options.checksums).toSorted();
          return inner.multipart!.complete(upload, parts, options);
        },
      },
    });
    const pair = create({ sourceLayers: [vouching(...own)], destinationLayers: [watch] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(named).toEqual(expected);
  });

  it('go with each part as the destination checks them', async () => {
    const named = new Set<string>();
    const watch: Layer = (inner) =>
      aroundCalls(inner, (call, run) => {
        if (call.operation === 'putPart') {
          named.add(Object.keys(call.source?.checksums ?? {}).join());
        }
        return run(call.signal);
      });
    const pair = create({ destinationLayers: [limited({ writeVerifies: ['md5'] }), watch] });
    await fill(pair);
    await pair.converge(key);
    expect([...named]).toEqual(['md5']);
  });
});

describe('wrong bytes are found without the help of the destination', () => {
  it.each([
    ['small', 10],
    ['in a stream', 5000],
  ])('when they come from the source: %s', async (_, size) => {
    const faults = faultsByRule([{ operation: 'read', fault: { kind: 'flipped-byte', at: 5 } }]);
    const pair = create({
      memory: { capabilities: { ...noCopies, multipart: false } },
      sourceLayers: [faults.layer],
      destinationLayers: [careless],
    });
    await fill(pair, size);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'ChecksumMismatch' }]);
    expect(await contents(pair.destination)).toEqual({});
  });

  it('when they arrive wrong, by any digest of its answer', async () => {
    const faults = faultsByRule([{ operation: 'write', nth: 1, fault: { kind: 'flipped-byte', at: 1 } }]);
    const flipping: Layer = (inner) => careless(faults.layer({ ...inner, ...unchecked(inner) }));
    const pair = create({ sourceLayers: [vouching()], destinationLayers: [flipping] });
    await pair.put(key, 'one');
    await pair.converge(key);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
  });
});

describe('an upload of which a part fails', () => {
  it.each(['wait for its turn', 'come later'])(
    'ends at once when others %s, with no part under way',
    async (others) => {
      const late = others === 'come later';
      const firstFails: Layer = (inner) => ({
        ...through(inner),
        read: async (name, options) => {
          const isFirst = options.range?.offset === 0;
          for (let left = isFirst === late ? 0 : 10; left > 0; left -= 1) {
            await tick();
          }
          if (isFirst) {
            throw new VfsError({ code: 'PermissionDenied', operation: 'read', target: name, reason: 'refused' });
          }
          return inner.read(name, options);
        },
      });
      let [underWay, atAbort] = [0, -1];
      const slowPuts: Layer = (inner) =>
        aroundCalls(inner, async (call, run) => {
          atAbort = call.operation === 'abort' ? underWay : atAbort;
          underWay += call.operation === 'putPart' ? 1 : 0;
          for (let left = call.operation === 'putPart' ? 30 : 0; left > 0; left -= 1) {
            await tick();
          }
          underWay -= call.operation === 'putPart' ? 1 : 0;
          return run(call.signal);
        });
      const pair = create({ sourceLayers: [firstFails], destinationLayers: [slowPuts] });
      await fill(pair, 4096);
      expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'PermissionDenied' }]);
      expect(atAbort).toBe(0);
    },
  );
});

describe('copied parts', () => {
  it('are joined in order, however they end, and no more in flight than is allowed', async () => {
    let [inFlight, most, number] = [0, 0, 0];
    const slow: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        if (call.operation === 'copyPart') {
          number += 1;
          inFlight += 1;
          most = Math.max(most, inFlight);
          for (let left = number === 2 ? 20 : 1; left > 0; left -= 1) {
            await tick();
          }
          inFlight -= 1;
        }
        return run(call.signal);
      });
    const pair = createPair({ partSize: 8, partsInFlight: 3, destinationLayers: [slow] });
    await fill(pair, 1000);
    await pair.converge(key);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
    expect([most, number]).toEqual([3, 8]);
  });
});

describe('a wrong upload', () => {
  /** Says of the first upload that it holds other bytes. */
  const lying = (): Layer => {
    let lies = 1;
    return (inner) =>
      aroundCalls(inner, async (call, run) => {
        const answer = await run(call.signal);
        lies -= call.operation === 'complete' ? 1 : 0;
        const lie = call.operation === 'complete' && lies === 0;
        return lie ? { ...answer, checksums: { sha256: '0'.repeat(64) } } : answer;
      });
  };

  it('is not removed once somebody wrote over it', async () => {
    const mend = onFirst('delete', key, async () => {
      await pair.put(key, 'mended');
      await pair.destination.write(key, textSource('mended'));
    });
    const pair: TestPair = createPair({ partSize: 8, destinationLayers: [lying(), mend] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
  });

  it('is looked at again also where it cannot be removed', async () => {
    const faults = faultsByRule([{ operation: 'delete', fault: { kind: 'error', code: 'PermissionDenied' } }]);
    const pair = createPair({ partSize: 8, destinationLayers: [lying(), faults.layer] });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
    expect(faults.injected).toHaveLength(1);
  });
});

it('does not try again without a stamp what had none', async () => {
  const faults = faultsByRule([{ operation: 'write', fault: { kind: 'error', code: 'TooLarge' } }]);
  const pair = create({ destinationLayers: [limited({ metadata: false }), faults.layer] });
  await pair.put(key, 'one');
  expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'TooLarge' }]);
  expect(faults.injected).toHaveLength(1);
});

it('holds no connection for an object that waits for room in memory', async () => {
  const counts = bodies();
  let released = -1;
  const slow = onFirst('write', 'a', async () => {
    while (counts.opened < 2) {
      await tick();
    }
    for (let i = 0; i < 10; i += 1) {
      await tick();
    }
    released = counts.cancelled;
  });
  const pair = create({ memoryLimit: 3, sourceLayers: [counts.layer], destinationLayers: [slow] });
  await pair.put('a', 'one');
  await pair.put('b', 'two');
  await pair.converge('a', 'b');
  expect(released).toBe(1);
});

/** Takes bytes without checking them, for a fault in the bytes to arrive. */
function unchecked(inner: Parameters<Layer>[0]): Pick<Parameters<Layer>[0], 'write'> {
  return { write: (name, source, options) => inner.write(name, { ...source, checksums: {} }, options) };
}

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { believedStamp } from '../../lib/replication/stamp.ts';
import { partSizeFor, rangesOf } from '../../lib/replication/transfer-parts.ts';
import { bytesSource, collect } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { type FaultRule, faultsByRule } from '../support/faults.ts';
import { contents, createPair, type PairOptions, type TestPair } from './pair.ts';

const key = 'c.example.com/backups/etcd/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz';
const partSize = 1024;
const parts = { minSize: 1, maxSize: 1 << 20, maxCount: 10_000 };
const noCopies = { copy: false, multipartCopy: false, parts };

async function transferred(
  size: number,
  options: PairOptions = {},
): Promise<{ pair: TestPair; bytes: Buffer; equal: boolean; outcome: unknown }> {
  const pair = createPair({ partSize, memory: { capabilities: noCopies }, ...options });
  const bytes = randomBytes(size);
  await pair.source.write(key, bytesSource(bytes), { metadata: { owner: 'etcd' } });
  const [outcome] = (await pair.converge(key)).filter((one) => one.key === key);
  const replica = await pair.destination.find(key);
  const equal = replica !== undefined && bytes.equals(await collect((await pair.destination.read(key)).body, size));
  return { pair, bytes, equal, outcome };
}

const faulty = (...rules: FaultRule[]) => {
  const clock = createFastClock();
  return [faultsByRule(rules, clock).layer, retry({ attempts: 3, baseMs: 1, maxMs: 1, random: () => 0, clock })];
};

describe('an object larger than a part', () => {
  it.each([1025, 2048, 10_000])('of %i bytes arrives whole, in parts, stamped', async (size) => {
    const { pair, equal } = await transferred(size);
    expect(equal).toBe(true);
    const puts = pair.requests().filter((request) => request === 'destination putPart');
    expect(puts).toHaveLength(Math.ceil(size / partSize));
    const replica = await pair.destination.stat(key);
    expect(believedStamp(replica, 'memfs://source')).toMatchObject({ size });
    expect(replica.metadata['owner']).toBe('etcd');
  });

  it('is copied by the store where it can, and no byte passes', async () => {
    const { pair, equal } = await transferred(5000, { partSize: 8, memory: { capabilities: { parts } } });
    expect(equal).toBe(true);
    const requests = pair.requests();
    expect(requests).toContain('destination copyPart');
    expect(requests).not.toContain('destination putPart');
  });

  it('goes in one stream to a store without parts', async () => {
    const { pair, equal } = await transferred(5000, { memory: { capabilities: { ...noCopies, multipart: false } } });
    expect(equal).toBe(true);
    expect(pair.requests()).toContain('destination write');
  });

  it('is pinned: a change at the source in the middle installs nothing of either', async () => {
    let changed = false;
    const pair = createPair({
      partSize,
      memory: { capabilities: noCopies },
      destinationLayers: [
        (inner) => ({
          url: inner.url,
          capabilities: inner.capabilities,
          stat: inner.stat.bind(inner),
          read: inner.read.bind(inner),
          write: inner.write.bind(inner),
          delete: inner.delete.bind(inner),
          listPage: inner.listPage.bind(inner),
          multipart: {
            ...bindAll(inner.multipart!),
            putPart: async (...args) => {
              if (!changed) {
                changed = true;
                await pair.source.write(key, bytesSource(Buffer.alloc(3000, 'b')));
              }
              return inner.multipart!.putPart(...args);
            },
          },
        }),
      ],
    });
    await pair.source.write(key, bytesSource(Buffer.alloc(6000, 'a')));
    await pair.converge(key);
    expect(
      Buffer.from(await collect((await pair.destination.read(key)).body, 6000)).equals(Buffer.alloc(3000, 'b')),
    ).toBe(true);
  });

  it('survives torn, truncated and wrong parts, and installs nothing wrong', async () => {
    for (const fault of [
      { kind: 'torn-body', after: 10 },
      { kind: 'truncated-body', after: 10 },
      { kind: 'flipped-byte', at: 10 },
    ] as const) {
      const { pair, equal, outcome } = await transferred(5000, {
        destinationLayers: faulty({ operation: 'putPart', nth: 2, fault }),
      });
      expect([fault.kind, equal, outcome]).toMatchObject([fault.kind, true, { kind: 'written', key, bytes: 5000 }]);
      expect(pair).toBeDefined();
    }
  });

  it('whose bytes arrive wrong from the source is not installed', async () => {
    const { pair, outcome } = await transferred(5000, {
      sourceLayers: [faultsByRule([{ operation: 'read', fault: { kind: 'flipped-byte', at: 5 } }]).layer],
    });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: true });
    expect(await pair.destination.find(key)).toBeUndefined();
    expect(pair.requests()).not.toContain('destination complete');
  });

  it('one range of which breaks off is read again, and no part is thrown away', async () => {
    const { equal, pair } = await transferred(5000, {
      sourceLayers: [faultsByRule([{ operation: 'read', nth: 4, fault: { kind: 'torn-body', after: 1 } }]).layer],
    });
    expect(equal).toBe(true);
    expect(pair.requests().filter((request) => request === 'destination begin')).toHaveLength(1);
  });

  it('has no request under way any more when it fails', async () => {
    let inFlight = 0;
    const slow: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        inFlight += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return run(call.signal).finally(() => {
          inFlight -= 1;
        });
      });
    const faults = faultsByRule([{ operation: 'putPart', nth: 2, fault: { kind: 'error', code: 'PermissionDenied' } }]);
    let atAbort = -1;
    const watchAbort: Layer = (inner) =>
      aroundCalls(inner, (call, run) => {
        atAbort = call.operation === 'abort' ? inFlight : atAbort;
        return run(call.signal);
      });
    await transferred(10_000, { destinationLayers: [slow, faults.layer, watchAbort] });
    expect(atAbort).toBe(0);
  });

  it('leaves no upload behind when it fails', async () => {
    const { pair, outcome } = await transferred(5000, {
      destinationLayers: faulty({ operation: 'putPart', fault: { kind: 'error', code: 'PermissionDenied' } }),
    });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'PermissionDenied', retryable: false });
    expect(pair.requests().filter((request) => request === 'destination abort')).toHaveLength(1);
  });
});

describe('what only reading can tell', () => {
  /** A store that vouches for no digest, such as one with multipart ETags under SSE-KMS. */
  const blind: Layer = (inner) => ({
    ...aroundCalls(inner, (call, run) => run(call.signal)),
    capabilities: { ...inner.capabilities, statChecksums: [], writeVerifies: [] },
    stat: async (...args) => ({ ...(await inner.stat(...args)), checksums: {} }),
    read: async (...args) => {
      const result = await inner.read(...args);
      return result && { ...result, stat: { ...result.stat, checksums: {} } };
    },
    write: async (...args) => ({ ...(await inner.write(...args)), checksums: {} }),
  });

  it('is settled by reading: equal sizes and different bytes are written', async () => {
    const pair = createPair({ sourceLayers: [blind], destinationLayers: [blind] });
    await pair.put('note.txt', 'one');
    await pair.destination.write('note.txt', bytesSource(Buffer.from('two')));
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ 'note.txt': 'one' });
  });

  it('is settled by reading: equal bytes are in sync', async () => {
    const pair = createPair({ sourceLayers: [blind], destinationLayers: [blind] });
    await pair.put('note.txt', 'one');
    await pair.destination.write('note.txt', bytesSource(Buffer.from('one')));
    expect(await pair.converge('note.txt')).toEqual([{ kind: 'in-sync', key: 'note.txt', by: 'reading' }]);
  });

  it('does not let wrong bytes in by a stream: what was read is compared with what was stored', async () => {
    const blindStat: Layer = (inner) => ({ ...blind(inner), write: inner.write.bind(inner) });
    const { outcome, pair } = await transferred(5000, {
      memory: { capabilities: { ...noCopies, multipart: false } },
      sourceLayers: [blindStat],
      destinationLayers: [faultsByRule([{ operation: 'write', nth: 1, fault: { kind: 'flipped-byte', at: 7 } }]).layer],
    });
    expect(outcome).toMatchObject({ kind: 'written' });
    expect(pair.requests().filter((request) => request === 'destination write')).toHaveLength(2);
  });

  it('is not hidden by a stamp: bytes changed under the stamp that both stores report as different are mended', async () => {
    const pair = createPair();
    await pair.put('note.txt', 'one');
    await pair.converge('note.txt');
    const { metadata } = await pair.destination.stat('note.txt');
    await pair.destination.write('note.txt', bytesSource(Buffer.from('two')), { metadata });
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ 'note.txt': 'one' });
  });
});

describe('cutting an object into parts', () => {
  it('covers it without gap or overlap', () => {
    expect(rangesOf(10, 4)).toEqual([
      { offset: 0, length: 4 },
      { offset: 4, length: 4 },
      { offset: 8, length: 2 },
    ]);
  });

  it('keeps to the bounds of the store', () => {
    const destination = { capabilities: { parts: { minSize: 5, maxSize: 100, maxCount: 10 } } } as never;
    expect(partSizeFor({ destination, partSize: 1 }, 20)).toBe(5);
    expect(partSizeFor({ destination, partSize: 8 }, 20)).toBe(8);
    expect(partSizeFor({ destination, partSize: 8 }, 801)).toBe(81);
  });
});

function bindAll<T extends object>(object: T): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}

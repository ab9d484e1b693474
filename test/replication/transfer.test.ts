import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { believedStamp } from '../../lib/replication/stamp.ts';
import { partSizeFor, rangesOf } from '../../lib/replication/transfer-parts.ts';
import { bytesSource, collect } from '../../lib/vfs/body.ts';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { type FaultRule, faultsByRule } from '../support/faults.ts';
import { createPair, type PairOptions, type TestPair } from './pair.ts';

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
      expect([fault.kind, equal, outcome]).toEqual([fault.kind, true, { kind: 'written', key, bytes: 5000 }]);
      expect(pair).toBeDefined();
    }
  });

  it('whose bytes arrive wrong from the source is not installed', async () => {
    const { pair, outcome } = await transferred(5000, {
      sourceLayers: [faultsByRule([{ operation: 'read', fault: { kind: 'flipped-byte', at: 5 } }]).layer],
    });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: true });
    expect(await pair.destination.find(key)).toBeUndefined();
  });

  it('leaves no upload behind when it fails', async () => {
    const { pair, outcome } = await transferred(5000, {
      destinationLayers: faulty({ operation: 'putPart', fault: { kind: 'error', code: 'PermissionDenied' } }),
    });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'PermissionDenied', retryable: false });
    expect(pair.requests().filter((request) => request === 'destination abort')).toHaveLength(1);
  });
});

describe('a small object', () => {
  it('whose answer names other bytes than were sent is written again', async () => {
    let lies = 1;
    const pair = createPair({
      destinationLayers: [
        (inner) => ({
          url: inner.url,
          capabilities: inner.capabilities,
          stat: inner.stat.bind(inner),
          read: inner.read.bind(inner),
          delete: inner.delete.bind(inner),
          listPage: inner.listPage.bind(inner),
          write: async (...args) => {
            const written = await inner.write(...args);
            lies -= 1;
            return lies < 0
              ? written
              : { ...written, checksums: { sha256: createHash('sha256').update('other').digest('hex') } };
          },
        }),
      ],
    });
    await pair.put('note.txt', 'one');
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'in-sync' }]);
  });

  it('that breaks off is opened again, pinned', async () => {
    const faults = faultsByRule([{ operation: 'read', nth: 1, fault: { kind: 'torn-body', after: 1 } }]);
    const pair = createPair({ sourceLayers: [faults.layer] });
    await pair.put('note.txt', 'one');
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'written' }]);
    expect(faults.injected).toHaveLength(1);
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

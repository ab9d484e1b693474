import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { believedStamp } from '../../lib/replication/stamp.ts';
import { bytesSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import type { ChecksumSet } from '../../lib/vfs/types.ts';
import { faultsByRule } from '../support/faults.ts';
import { contents, createPair } from './pair.ts';

const partSize = 1024;
const parts = { minSize: 1, maxSize: 1 << 20, maxCount: 10_000 };
const noCopies = { copy: false, multipartCopy: false, parts };

describe('the stamp', () => {
  const md5Only: Layer = (inner) => {
    const only = <T extends { readonly checksums: ChecksumSet }>(one: T): T => ({
      ...one,
      checksums: { md5: one.checksums.md5 ?? '' },
    });
    return {
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      capabilities: { ...inner.capabilities, statChecksums: ['md5'] },
      stat: async (...args) => only(await inner.stat(...args)),
    };
  };

  it('is contradicted by any digest that the destination reports, also where that is only MD5', async () => {
    const pair = createPair({ destinationLayers: [md5Only] });
    await pair.put('note.txt', 'one');
    await pair.converge('note.txt');
    const { metadata } = await pair.destination.stat('note.txt');
    await pair.destination.write('note.txt', bytesSource(Buffer.from('two')), { metadata });
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'written' }]);
  });

  it.each([
    ['of another store', { 'statesync-store': 's3://other' }],
    ['of another key', { 'statesync-key': 'a'.repeat(64) }],
    ['of another size', { 'statesync-size': '4' }],
    ['that was damaged', { 'statesync-size': 'x' }],
  ])('%s is not believed', async (_, change) => {
    const pair = createPair();
    await pair.put('note.txt', 'one');
    await pair.converge('note.txt');
    const replica = await pair.destination.stat('note.txt');
    expect(believedStamp(replica, 'memfs://source')).toBeDefined();
    expect(
      believedStamp({ ...replica, metadata: { ...replica.metadata, ...change } }, 'memfs://source'),
    ).toBeUndefined();
  });

  it('is left out where the store takes no more metadata', async () => {
    const fewBytes: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      write: async (name, source, options) => {
        if (JSON.stringify(options.metadata).length > 50) {
          throw new VfsError({ code: 'TooLarge', operation: 'write', target: name, reason: 'too much metadata' });
        }
        return inner.write(name, source, options);
      },
    });
    const pair = createPair({ destinationLayers: [fewBytes] });
    await pair.source.write('note.txt', bytesSource(Buffer.from('one')), { metadata: { owner: 'platform' } });
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'written' }]);
    expect((await pair.destination.stat('note.txt')).metadata).toEqual({ owner: 'platform' });
  });
});

describe('memory', () => {
  it('holds no more content than the limit, however many objects and parts are under way', async () => {
    const limit = 4 * partSize;
    let held = 0;
    let most = 0;
    const watch = async <T>(size: number, run: () => Promise<T>): Promise<T> => {
      held += size;
      most = Math.max(most, held);
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await run();
      held -= size;
      return answer;
    };
    const watched: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      write: (name, source, options) => watch(source.size, () => inner.write(name, source, options)),
      multipart: {
        ...bindAll(inner.multipart!),
        begin: inner.multipart!.begin.bind(inner.multipart),
        complete: inner.multipart!.complete.bind(inner.multipart),
        abort: inner.multipart!.abort.bind(inner.multipart),
        putPart: (upload, number, source, options) =>
          watch(source.size, () => inner.multipart!.putPart(upload, number, source, options)),
      },
    });
    const pair = createPair({
      partSize,
      memoryLimit: limit,
      memory: { capabilities: noCopies },
      destinationLayers: [watched],
    });
    const keys = Array.from({ length: 20 }, (_, i) => `c.example.com/addons/a${i}/k8s.yaml`);
    await Promise.all(
      keys.map((name, i) => pair.source.write(name, bytesSource(randomBytes(i % 2 === 0 ? partSize : 5000)))),
    );
    await pair.converge(...keys);
    expect(Object.keys(await contents(pair.destination))).toHaveLength(20);
    expect(most).toBeGreaterThan(partSize);
    expect(most).toBeLessThanOrEqual(limit);
  });
});

describe('a small object', () => {
  it('whose answer names other bytes than were sent is looked at again', async () => {
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

function bindAll<T extends object>(object: T): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}

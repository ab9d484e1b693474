import { describe, expect, it } from '@jest/globals';
import { compose, type Driver, type Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { MemorySpace } from '../../lib/vfs/memory/space.ts';
import { probeStore } from '../../lib/vfs/probe.ts';
import { objectExperiments } from '../../lib/vfs/probe-objects.ts';
import type { BodySource } from '../../lib/vfs/types.ts';
import { faultsByRule } from '../support/faults.ts';
import { countRequests } from '../support/memory-stores.ts';

const none = { kind: 'none' } as const;
const denial = { operation: 'x', target: 'y', reason: 'z' };
const unpinned = <T extends object>(options: T): T => ({ ...options, precondition: none });

/** Each accepts a condition and ignores it, as S3-compatibles do. */
const lies: Readonly<Record<string, (inner: Driver) => Partial<Driver>>> = {
  writeIfAbsent: (inner) => ({
    write: (key, source, options) =>
      inner.write(key, source, options.precondition.kind === 'if-absent' ? unpinned(options) : options),
  }),
  writeIfMatch: (inner) => ({
    write: (key, source, options) =>
      inner.write(key, source, options.precondition.kind === 'if-match' ? unpinned(options) : options),
  }),
  deleteIfMatch: (inner) => ({ delete: (key, options) => inner.delete(key, unpinned(options)) }),
  readIfMatch: (inner) => ({ read: (key, { ifMatch: _, ...options }) => inner.read(key, options) }),
  readUnless: (inner) => ({ read: (key, { unless: _, ...options }) => inner.read(key, options) }),
  readRange: (inner) => ({ read: (key, { range: _, ...options }) => inner.read(key, options) }),
  metadata: (inner) => ({ write: (key, source, options) => inner.write(key, source, { ...options, metadata: {} }) }),
  contentHeaders: (inner) => ({
    write: (key, source, options) => inner.write(key, source, { ...options, headers: {} }),
  }),
  writeVerifies: (inner) => ({
    write: (key, source, options) => inner.write(key, { ...source, checksums: {} } as BodySource, options),
  }),
  copy: (inner) => ({
    copyFrom: async (source, from, to, options) => {
      const { revision } = await source.stat(from, options);
      return inner.copyFrom?.(source, from, to, { ...options, sourceIfMatch: revision });
    },
  }),
  copyConditional: (inner) => ({
    copyFrom: async (source, from, to, options) => inner.copyFrom?.(source, from, to, unpinned(options)),
  }),
  multipartConditional: (inner) => ({
    multipart: {
      ...own(inner),
      complete: (upload, parts, options) => own(inner).complete(upload, parts, unpinned(options)),
    },
  }),
  multipartList: (inner) => ({ multipart: { ...own(inner), listParts: async () => [] } }),
  multipartCopy: (inner) => ({
    multipart: {
      ...own(inner),
      copyPart: async (upload, number, source, from, options) => {
        const { revision } = await source.stat(from, options);
        return own(inner).copyPart?.(upload, number, source, from, { ...options, sourceIfMatch: revision });
      },
    },
  }),
  versions: (inner) => ({
    versions: { ...(inner.versions as NonNullable<Driver['versions']>), listVersions: async () => ({ versions: [] }) },
  }),
};

/** The multipart half, with its methods bound. */
function own({ multipart }: Driver): NonNullable<Driver['multipart']> {
  const of = multipart as NonNullable<Driver['multipart']>;
  const { copyPart, listParts } = of;
  return {
    begin: (...args) => of.begin(...args),
    putPart: (...args) => of.putPart(...args),
    complete: (...args) => of.complete(...args),
    abort: (...args) => of.abort(...args),
    ...(copyPart && { copyPart: copyPart.bind(of) }),
    ...(listParts && { listParts: listParts.bind(of) }),
  };
}

/** A driver that does as `lie` says; the rest is passed on. */
function lying(lie: (inner: Driver) => Partial<Driver>): Layer {
  return (inner) => ({ ...compose(inner, countRequests().layer), ...lie(inner) });
}

function falseOnes(found: object): readonly string[] {
  return Object.entries(found).flatMap(([name, value]) => (value === false || value.length === 0 ? [name] : []));
}

describe('probeStore', () => {
  it('finds everything at a store that honours everything, with either kind of revision', async () => {
    for (const revisions of ['unique', 'content'] as const) {
      const driver = createMemoryDriver({ versions: true, revisions });
      const found = await probeStore(driver);
      expect(falseOnes(found)).toEqual([]);
      expect(driver.capabilities).toMatchObject(found);
      expect(Object.keys(found).sort()).toEqual([...Object.keys(lies), 'multipart'].sort());
    }
  });

  it.each(Object.entries(lies))('finds out that %s is accepted and ignored', async (name, lie) => {
    const driver = compose(createMemoryDriver({ versions: true }), lying(lie));
    expect(falseOnes(await probeStore(driver))).toContain(name);
  });

  it('takes a condition that is always refused for none', async () => {
    const always = lying((inner) => ({
      write: (key, source, options) =>
        options.precondition.kind === 'if-match'
          ? inner.write(key, source, { ...options, precondition: { kind: 'if-match', revision: '"quoted"' as never } })
          : inner.write(key, source, options),
    }));
    expect(falseOnes(await probeStore(compose(createMemoryDriver(), always)))).toEqual(['writeIfMatch']);
  });

  it('says nothing of what the driver does not declare, and does not try it', async () => {
    const { layer, requests } = countRequests();
    const off = { copy: false, copyConditional: false, multipart: false, multipartConditional: false };
    const capabilities = { ...off, multipartList: false, multipartCopy: false };
    const found = await probeStore(compose(createMemoryDriver({ capabilities }), layer));
    expect(Object.keys(found).filter((name) => name in capabilities)).toEqual([]);
    expect([requests.of('copy'), requests.of('begin')]).toEqual([0, 0]);
  });

  it('works in a place of its own, and leaves nothing there: no object, no version, no upload', async () => {
    const space = new MemorySpace({ versions: true });
    const { layer, requests } = countRequests();
    await probeStore(compose(createMemoryDriver({ space }), layer), { name: () => 'x' });
    expect(requests.lines.every((line) => / \.statesync\/probe-x\//.test(line))).toBe(true);
    expect(space.keys.length).toBe(0);
    expect(space.keysWithHistory('')).toEqual([]);
    expect(space.uploads.size).toBe(0);
  });

  it.each(['Unavailable', 'PermissionDenied'] as const)(
    'gives up on %s, which is no finding, and cleans up',
    async (code) => {
      const space = new MemorySpace();
      const faults = faultsByRule([{ operation: 'read', nth: 2, fault: { kind: 'error', code } }]);
      const driver = compose(createMemoryDriver({ space }), faults.layer);
      await expect(probeStore(driver)).rejects.toMatchObject({ code });
      expect(space.keys.length).toBe(0);
    },
  );

  it('says nothing of versions where they may not be listed, and goes on', async () => {
    const denied = lying((inner) => ({
      versions: {
        ...(inner.versions as NonNullable<Driver['versions']>),
        listVersions: () => Promise.reject(new VfsError({ ...denial, code: 'PermissionDenied' })),
      },
    }));
    const space = new MemorySpace({ versions: true });
    const found = await probeStore(compose(createMemoryDriver({ space }), denied));
    expect(found).not.toHaveProperty('versions');
    expect([falseOnes(found), found.copy, space.keys.length]).toEqual([[], true, 0]);
  });

  it('finds out that bytes which change on their way are kept, though the driver is told by the answer', async () => {
    const keeping = lying((inner) => ({
      write: async (key, source, options) => {
        const written = await inner.write(key, { ...source, checksums: {} } as BodySource, options);
        if (Object.keys(source.checksums).length > 0) {
          throw new VfsError({ ...denial, code: 'ChecksumMismatch', maybeApplied: true });
        }
        return written;
      },
    }));
    expect((await probeStore(compose(createMemoryDriver(), keeping))).writeVerifies).toEqual([]);
  });

  it('tidies up when it is given up, and says so', async () => {
    const space = new MemorySpace({ versions: true });
    const giveUp = new AbortController();
    const stopping = lying((inner) => ({
      write: async (key, source, options) => {
        const written = await inner.write(key, source, options);
        if (key.endsWith('copy-source')) {
          giveUp.abort();
        }
        return written;
      },
    }));
    const probe = probeStore(compose(createMemoryDriver({ space }), stopping), { signal: giveUp.signal });
    await expect(probe).rejects.toMatchObject({
      code: 'Aborted',
      message: expect.stringContaining('the caller gave up'),
    });
    expect([space.keys.length, space.keysWithHistory(''), space.uploads.size]).toEqual([0, [], 0]);
  });

  it('removes all that can be removed where something cannot, and then tells of it', async () => {
    const space = new MemorySpace({ versions: true });
    const stuck: Layer = (inner) =>
      aroundCalls(inner, ({ operation, key, signal }, run) =>
        operation.startsWith('delete') && key.endsWith('/readRange')
          ? Promise.reject(new VfsError({ ...denial, code: 'PermissionDenied', reason: `${operation} is not allowed` }))
          : run(signal),
      );
    const probe = probeStore(compose(createMemoryDriver({ space }), stuck), { name: () => 'x' });
    await expect(probe).rejects.toMatchObject({ reason: 'delete is not allowed' });
    expect(space.keysWithHistory('')).toEqual(['.statesync/probe-x/readRange']);
  });

  it('tries only what it is told to, and no digests then', async () => {
    const { layer, requests } = countRequests();
    const found = await probeStore(compose(createMemoryDriver(), layer), { only: ['writeIfAbsent', 'deleteIfMatch'] });
    expect(found).toEqual({ writeIfAbsent: true, deleteIfMatch: true });
    expect(requests.of('write')).toBe(4);
  });

  it('takes "not implemented" for an answer', async () => {
    const { capability } = objectExperiments[5] ?? {};
    expect(capability).toBe('deleteIfMatch');
    const faults = faultsByRule([{ operation: 'delete', nth: 1, fault: { kind: 'error', code: 'Unsupported' } }]);
    expect(falseOnes(await probeStore(compose(createMemoryDriver(), faults.layer)))).toEqual(['deleteIfMatch']);
  });
});

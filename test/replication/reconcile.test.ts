import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../lib/replication/outcome.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { faultsByRule } from '../support/faults.ts';
import { carriedContents, cluster, contents, createPair } from './pair.ts';

const addon = (i: number) => `${cluster}/addons/a/${String(i).padStart(3, '0')}.yaml`;
const keys = Array.from({ length: 30 }, (_, i) => addon(i));

async function filled(options: Parameters<typeof createPair>[0] = {}) {
  const pair = createPair(options);
  await pair.put(`${cluster}/config`, 'c');
  await Promise.all(keys.map((key) => pair.put(key, `content of ${key}`)));
  return pair;
}

describe('a reconcile', () => {
  it('brings a whole store, in three requests an object beside the listings', async () => {
    const pair = await filled();
    await pair.reconcile();
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
    const requests = pair.requests().filter((request) => !request.endsWith(' list'));
    const configStat = 1; // A key of a group is looked at in a listing of its own, so it may be known too; at most one more.
    expect(requests.length).toBeLessThanOrEqual(3 * (keys.length + 1) + configStat);
  });

  it('that finds nothing costs its list requests', async () => {
    const pair = await filled();
    await pair.reconcile();
    pair.requests();
    const outcomes = await pair.reconcile();
    expect(outcomes).toHaveLength(keys.length + 1);
    expect(outcomes.every(({ kind }) => kind === 'in-sync')).toBe(true);
    expect(pair.requests().toSorted()).toEqual(['destination list', 'source list']);
  });

  it('mends lost events: a missing, a changed and a left-over object', async () => {
    const pair = await filled();
    await pair.reconcile();
    await pair.put(addon(99), 'its event was lost');
    await pair.put(addon(3), 'so was this one');
    await pair.remove(addon(5));
    await pair.destination.delete(addon(7));
    await pair.reconcile();
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });

  it('touches only what lies under its prefix', async () => {
    const pair = await filled();
    await pair.put('other.example.com/config', 'c');
    await pair.reconcile(`${cluster}/`);
    expect(Object.keys(await contents(pair.destination))).not.toContain('other.example.com/config');
  });

  it('looks at what listings cannot decide with two stats at most, and remembers nothing', async () => {
    const pair = await filled();
    await pair.reconcile();
    const blind = createPair({
      sourceLayers: [],
      destinationLayers: [
        (inner) => ({
          url: inner.url,
          capabilities: inner.capabilities,
          stat: inner.stat.bind(inner),
          read: inner.read.bind(inner),
          write: inner.write.bind(inner),
          delete: inner.delete.bind(inner),
          listPage: async (options) => {
            const page = await inner.listPage(options);
            return { ...page, entries: page.entries.map(({ key, size }) => ({ key, size })) };
          },
        }),
      ],
    });
    await Promise.all(keys.map((key) => blind.put(key, key)));
    await blind.reconcile();
    blind.requests();
    await blind.reconcile();
    const looks = blind.requests().filter((request) => !request.endsWith(' list'));
    expect(looks).toHaveLength(2 * keys.length);
  });

  it.each(['source', 'destination'])('sorts what the %s does not list in order', async (end) => {
    const backwards: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      capabilities: { ...inner.capabilities, listSorted: false },
      listPage: async (options) => {
        const page = await inner.listPage(options);
        return { ...page, entries: page.entries.toReversed() };
      },
    });
    const pair = await filled({ [`${end}Layers`]: [backwards] });
    await pair.reconcile();
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
    await pair.remove(keys[3] ?? '');
    const outcomes = await pair.reconcile();
    expect(outcomes.filter(({ kind }) => kind !== 'in-sync')).toEqual([{ kind: 'deleted', key: keys[3] }]);
  });
});

/** docs/promises.md, 6. */
describe('a listing that fails or is cut short', () => {
  it('rejects at a later page, and has deleted nothing', async () => {
    const smallPages: Layer = (inner) => ({
      ...aroundCalls(inner, (call, run) => run(call.signal)),
      listPage: (options) => inner.listPage({ ...options, pageSize: 5 }),
    });
    const faults = faultsByRule([{ operation: 'list', nth: 3, fault: { kind: 'error', code: 'Unavailable' } }]);
    const pair = await filled({ sourceLayers: [smallPages] });
    await pair.reconcile();
    await Promise.all(keys.slice(0, 4).map(pair.remove)); // Would be deleted by a listing that came to its end.
    const again = createPair({ sourceLayers: [smallPages, faults.layer], stores: pair });
    await expect(again.reconcile()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(Object.keys(await contents(pair.destination))).toHaveLength(keys.length + 1);
    expect(faults.injected).toHaveLength(1);
    expect(await pair.reconcile()).toContainEqual({ kind: 'deleted', key: keys[0] });
  });

  it('that comes back empty deletes nothing: without config no cluster stands', async () => {
    const pair = await filled({ brake: { deletes: 1000, prunedBackups: 1000 } });
    await pair.reconcile();
    for (const key of Object.keys(await contents(pair.source))) {
      await pair.remove(key);
    }
    const outcomes = await pair.reconcile();
    expect(outcomes.some(({ kind }) => kind === 'deleted')).toBe(false);
    expect(Object.keys(await contents(pair.destination))).toHaveLength(keys.length + 1);
  });
});

it('keeps all of a store that begins inside a cluster when its source is emptied', async () => {
  const pair = createPair({ brake: { deletes: 1000, prunedBackups: 1000 } });
  const directory = 'backups/etcd/main/2026-01-31T04:00:00Z-000012';
  const all = [
    'config',
    'notes.txt',
    '.well-known/openid-configuration',
    `${directory}/etcd.backup.gz`,
    `${directory}/_etcd_backup.meta`,
  ];
  await Promise.all(all.map((key) => pair.put(key, key)));
  await pair.reconcile();
  await Promise.all(all.map(pair.remove));
  expect((await pair.reconcile()).filter(({ kind }) => kind === 'deleted')).toEqual([]);
  expect(Object.keys(await contents(pair.destination))).toHaveLength(all.length);
});

it('one group that fails stops no other', async () => {
  const faults = faultsByRule([
    { operation: 'write', key: addon(3), fault: { kind: 'error', code: 'PermissionDenied' } },
  ]);
  const pair = await filled({ destinationLayers: [faults.layer] });
  const outcomes = await pair.reconcile();
  expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(keys.length - 1);
  expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'failed', key: addon(3), code: 'PermissionDenied' }));
});

it('a group that cannot be looked at is a failure of its own', async () => {
  const directory = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012`;
  const [data, meta] = [`${directory}/etcd.backup.gz`, `${directory}/_etcd_backup.meta`];
  const faults = faultsByRule([{ operation: 'stat', key: meta, fault: { kind: 'error', code: 'PermissionDenied' } }]);
  const pair = await filled({ sourceLayers: [faults.layer] });
  await Promise.all([data, meta].map((key) => pair.put(key, key)));
  const outcomes = await pair.reconcile();
  expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'failed', key: meta, code: 'PermissionDenied' }));
  expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(keys.length);
});

it('leaves no request behind when a listing fails', async () => {
  let inFlight = 0;
  const slow: Layer = (inner) =>
    aroundCalls(inner, async (call, run) => {
      inFlight += 1;
      try {
        await new Promise((resolve) => setImmediate(resolve));
        return await run(call.signal);
      } finally {
        inFlight -= 1;
      }
    });
  const smallPages: Layer = (inner) => ({
    ...aroundCalls(inner, (call, run) => run(call.signal)),
    listPage: (options) => inner.listPage({ ...options, pageSize: 5 }),
  });
  const faults = faultsByRule([{ operation: 'list', nth: 3, fault: { kind: 'error', code: 'Unavailable' } }]);
  const pair = await filled({ sourceLayers: [smallPages, faults.layer, slow], destinationLayers: [slow] });
  await expect(pair.reconcile()).rejects.toMatchObject({ code: 'Unavailable' });
  expect(inFlight).toBe(0);
});

/** docs/promises.md, 5. */
describe('the brake', () => {
  const kinds = (outcomes: readonly Outcome[]) =>
    outcomes.filter(({ key }) => key !== `${cluster}/config`).map(({ kind }) => kind);

  it('lets a reconcile delete as many as it allows', async () => {
    const pair = await filled({ brake: { deletes: 5, prunedBackups: 0 } });
    await pair.reconcile();
    await Promise.all(keys.slice(0, 5).map(pair.remove));
    expect(kinds(await pair.reconcile()).filter((kind) => kind === 'deleted')).toHaveLength(5);
  });

  it('stops a reconcile that would delete one more, before the first', async () => {
    const pair = await filled({ brake: { deletes: 5, prunedBackups: 0 } });
    await pair.reconcile();
    await Promise.all(keys.slice(0, 6).map(pair.remove));
    const outcomes = kinds(await pair.reconcile());
    expect(outcomes.filter((kind) => kind === 'braked')).toHaveLength(6);
    expect(outcomes).not.toContain('deleted');
    expect(Object.keys(await contents(pair.destination))).toHaveLength(keys.length + 1);
  });

  it('stops a batch of events at its limit', async () => {
    const pair = await filled({ brake: { deletes: 5, prunedBackups: 0 } });
    await pair.reconcile();
    await Promise.all(keys.map(pair.remove));
    const outcomes = kinds(await pair.converge(...keys));
    expect(outcomes.filter((kind) => kind === 'deleted')).toHaveLength(5);
    expect(outcomes.filter((kind) => kind === 'braked')).toHaveLength(keys.length - 5);
  });

  it('counts instance groups with the rest, and stops before the first', async () => {
    const pair = await filled({ brake: { deletes: 5, prunedBackups: 0 } });
    const groups = [1, 2, 3].map((i) => `${cluster}/instancegroup/nodes-${i}`);
    await Promise.all(groups.map((key) => pair.put(key, key)));
    await pair.reconcile();
    await Promise.all([...groups, ...keys.slice(0, 3)].map(pair.remove));
    const outcomes = kinds(await pair.reconcile());
    expect(outcomes.filter((kind) => kind === 'braked')).toHaveLength(6);
    expect(outcomes).not.toContain('deleted');
  });

  it('counts each cluster by itself', async () => {
    const pair = await filled({ brake: { deletes: 1, prunedBackups: 0 } });
    await pair.put('other.example.com/config', 'c');
    await pair.put('other.example.com/addons/a/x.yaml', 'x');
    await pair.reconcile();
    await pair.remove(addon(1));
    await pair.remove('other.example.com/addons/a/x.yaml');
    expect((await pair.reconcile()).filter(({ kind }) => kind === 'deleted')).toHaveLength(2);
  });

  it('counts a slot once, however often a contended delete starts over', async () => {
    const faults = faultsByRule([
      { operation: 'delete', nth: 1, fault: { kind: 'error', code: 'PreconditionFailed' } },
    ]);
    const pair = await filled({ brake: { deletes: 1, prunedBackups: 0 }, destinationLayers: [faults.layer] });
    await pair.reconcile();
    await pair.remove(addon(1));
    expect(await pair.converge(addon(1))).toMatchObject([{ kind: 'deleted' }]);
    expect(faults.injected).toHaveLength(1);
  });
});

it('retains what its class says, and reports it', async () => {
  const pair = await filled();
  const secret = `${cluster}/secrets/admin`;
  await pair.put(secret, 's');
  await pair.reconcile();
  await pair.remove(secret);
  expect(await pair.converge(secret)).toMatchObject([{ kind: 'retained' }]);
  expect(await pair.reconcile()).toContainEqual(expect.objectContaining({ kind: 'retained', key: secret }));
  expect(Object.keys(await carriedContents(pair.destination))).toContain(secret);
});

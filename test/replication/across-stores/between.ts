import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { Leases } from '../../../lib/control/leases.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Outcome } from '../../../lib/replication/outcome.ts';
import { createReplicator, type Replicator } from '../../../lib/replication/replicator.ts';
import { believedStamp } from '../../../lib/replication/stamp.ts';
import { bytesSource, collect } from '../../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StorePlace } from '../../support/store-place.ts';
import { defaultPolicy } from '../pair.ts';

const signal = new AbortController().signal;
const cluster = 'c.example.com';
const limit = 1024 * 1024;

/** A small cluster, with names and contents that a store could trip over. */
const contents: Readonly<Record<string, Uint8Array>> = {
  [`${cluster}/config`]: Buffer.from('kind: Cluster\n'),
  [`${cluster}/instancegroup/nodes`]: Buffer.from('kind: InstanceGroup\n'),
  [`${cluster}/addons/bootstrap-channel.yaml`]: Buffer.from('kind: Addons\r\n'),
  [`${cluster}/pki/private/kubernetes-ca/keyset.yaml`]: randomBytes(2_000),
  [`${cluster}/secrets/ä +%? b`]: randomBytes(64),
  [`${cluster}/manifests/static/empty.yaml`]: Buffer.alloc(0),
  [`${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz`]: randomBytes(300_000),
  [`${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/_etcd_backup.meta`]:
    Buffer.from('{"etcdVersion":"3.5.21"}'),
};
const headers = {
  contentType: 'application/x-yaml',
  cacheControl: 'no-cache',
  contentEncoding: 'identity',
  contentDisposition: 'attachment; filename="a.yaml"',
  contentLanguage: 'en',
};
const metadata = { origin: 'ünïcode', 'with-dash': 'a' };

/** The tests of one pair of places: a first copy, nothing to do, a change, a delete. The stores are opened by name, as users do. */
export function describeBetween(from: () => Promise<StorePlace>, to: () => Promise<StorePlace>): void {
  it('replicates byte for byte, then does nothing, then brings a change and a delete', async () => {
    const places = [await from(), await to()] as const;
    const [source, destination] = [await openPlace(places[0]), await openPlace(places[1])] as const;
    const said: string[] = [];
    try {
      const replicator = replicatorFor(source, destination);
      await fill(source);
      const first = await reconcile(replicator);
      said.push(JSON.stringify(first));
      expect(kindsOf(first)).toEqual({ written: Object.keys(contents).length });
      await expectEqual(source, destination);
      expect(kindsOf(await reconcile(replicator))).toEqual({ 'in-sync': Object.keys(contents).length });

      const changed = `${cluster}/instancegroup/nodes`;
      await source.write(changed, bytesSource(Buffer.from('kind: InstanceGroup\nspec: {}\n')));
      await source.delete(`${cluster}/addons/bootstrap-channel.yaml`);
      const events = await replicator.converge([changed, `${cluster}/addons/bootstrap-channel.yaml`], signal);
      const outcomes = [...events.values()].flat();
      said.push(JSON.stringify(outcomes));
      expect(kindsOf(outcomes.filter(({ kind }) => kind !== 'in-sync'))).toEqual({ deleted: 1, written: 1 });
      await expectEqual(source, destination);
      for (const secret of places.flatMap(({ secrets }) => secrets)) {
        expect(said.join('\n')).not.toContain(secret);
      }
    } finally {
      await Promise.all([source.close(), destination.close()]);
      await Promise.all(places.map((place) => place.close()));
    }
  }, 60_000);
}

/** Opens a store the way a user names it: through its real client. */
export function openPlace({ definition, environment }: StorePlace): Promise<Store> {
  return openStore(definition, { environment, clock: systemClock });
}

function replicatorFor(source: Store, destination: Store): Replicator {
  const control = new Store(createMemoryDriver({ url: 'memfs://control' }));
  return createReplicator({
    source,
    destination,
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 10, prunedBackups: 10 },
    partSize: 128 * 1024,
    lagMs: 0, // Else a delete at a source that may answer late waits for a quarter of an hour.
    leases: new Leases({ control, clock: systemClock, holder: 'test' }),
  });
}

async function fill(source: Store): Promise<void> {
  for (const [key, bytes] of Object.entries(contents)) {
    await source.write(key, bytesSource(bytes), {
      ...(source.capabilities.contentHeaders ? { headers } : {}),
      ...(source.capabilities.metadata ? { metadata } : {}),
    });
  }
}

async function reconcile(replicator: Replicator): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  await replicator.reconcile('', (outcome) => outcomes.push(outcome), signal);
  return outcomes;
}

function kindsOf(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const name = outcome.kind === 'failed' ? `failed: ${outcome.key}: ${outcome.reason}` : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Both hold the same keys, with the same bytes, content type and user metadata; the replica says where it came from. */
async function expectEqual(source: Store, destination: Store): Promise<void> {
  const [expected, found] = [await contentsOf(source), await contentsOf(destination)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [key, { bytes, stat }] of expected) {
    const replica = found.get(key);
    expect([key, Buffer.compare(replica?.bytes ?? Buffer.alloc(0), bytes)]).toEqual([key, 0]);
    expect(replica?.stat).toBeDefined();
    if (destination.capabilities.contentHeaders && stat.headers.contentType !== undefined) {
      expect([key, replica?.stat.headers]).toEqual([key, expect.objectContaining(stat.headers)]);
    }
    if (destination.capabilities.metadata) {
      expect([key, replica?.stat.metadata]).toEqual([key, expect.objectContaining(stat.metadata)]);
      expect(replica && believedStamp(replica.stat, source.url)?.revision).toBe(stat.revision);
    }
  }
}

async function contentsOf(store: Store) {
  const keys: string[] = [];
  for await (const { key } of store.list('')) {
    keys.push(key);
  }
  const read = await Promise.all(
    keys.sort().map(async (key) => {
      const { body, stat } = await store.read(key);
      return [key, { stat, bytes: await collect(body, limit) }] as const;
    }),
  );
  return new Map(read);
}

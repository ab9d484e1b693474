import { expect } from '@jest/globals';
import fc from 'fast-check';
import { isFinal } from '../../lib/replication/outcome.ts';
import { carriedContents, cluster, signal, type TestPair } from './pair.ts';

const keys = [
  `${cluster}/config`,
  `${cluster}/instancegroup/nodes`,
  `${cluster}/instancegroup/masters`,
  `${cluster}/clusteraddons/default`,
  `${cluster}/addons/dns/k8s.yaml`,
  `${cluster}/manifests/etcd/main.yaml`,
  `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz`,
  `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000012/_etcd_backup.meta`,
  'note.txt',
];

/** What kOps or an operator does at the source. */
export interface Change {
  readonly key: string;
  /** Undefined: deleted. */
  readonly content: string | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  key: fc.constantFrom(...keys),
  content: fc.option(fc.constantFrom('a', 'b', 'longer'), { nil: undefined, freq: 4 }),
});
/** Changes of a small cluster. */
export const changes = fc.array(change, { minLength: 1, maxLength: 25 });

/** Makes a change at the source. */
export async function make(pair: TestPair, { key, content }: Change): Promise<void> {
  await (content === undefined ? pair.remove(key) : pair.put(key, content));
}

/** Delivers events until every one has been acknowledged; those that failed come again, after `later`. */
export async function deliver(
  pair: TestPair,
  events: readonly string[],
  later: () => Promise<void> = async () => {},
): Promise<void> {
  let open = [...events];
  for (let delivery = 0; open.length > 0; delivery += 1) {
    expect(delivery).toBeLessThan(200); // Else something fails for ever.
    const outcomes = await pair.replicator.converge(open.slice(0, 4), signal);
    const again = [...outcomes].filter(([, list]) => !list.every(isFinal)).map(([key]) => key);
    open = [...open.slice(4), ...again];
    await (again.length > 0 ? later() : undefined);
  }
}

/**
 * What must be equal once every event is acknowledged. Not part of it: data of a backup without its meta, which goes later; objects of a cluster without config,
 * of which nothing is deleted; and `config` itself, of which deletes are retained.
 */
export async function expectEqual(pair: TestPair): Promise<void> {
  const [source, replica] = await Promise.all([carriedContents(pair.source), carriedContents(pair.destination)]);
  const stands = source[`${cluster}/config`] !== undefined;
  for (const key of Object.keys(replica)) {
    const retained = key.endsWith('/config') || key.endsWith('/etcd.backup.gz') || (key.startsWith(cluster) && !stands);
    if (source[key] === undefined && retained) {
      delete replica[key];
    }
    if (key.endsWith('/_etcd_backup.meta') && replica[key] !== undefined && stands) {
      expect(replica).toHaveProperty([key.replace('_etcd_backup.meta', 'etcd.backup.gz')]); // Promise 3.
    }
  }
  for (const key of Object.keys(source)) {
    const unlisted =
      key.endsWith('/_etcd_backup.meta') && source[key.replace('_etcd_backup.meta', 'etcd.backup.gz')] === undefined;
    if (unlisted) {
      delete source[key]; // A meta whose data is gone stays away, or stays what it was.
      delete replica[key];
    }
  }
  expect(replica).toEqual(source);
}

/** The items in an order that the dice decide. */
export function shuffled<T>(items: readonly T[], dice: fc.Stream<number>): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice((dice.next().value ?? 0) % rest.length, 1));
}

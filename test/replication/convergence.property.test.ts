import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFinal } from '../../lib/replication/outcome.ts';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { type Fault, faultsAtRandom } from '../support/faults.ts';
import { carriedContents, cluster, createPair, signal, type TestPair } from './pair.ts';

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

interface Change {
  readonly key: string;
  /** Undefined: deleted. */
  readonly content: string | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  key: fc.constantFrom(...keys),
  content: fc.option(fc.constantFrom('a', 'b', 'longer'), { nil: undefined, freq: 4 }),
});
const changes = fc.array(change, { minLength: 1, maxLength: 25 });

async function make(pair: TestPair, { key, content }: Change): Promise<void> {
  await (content === undefined ? pair.remove(key) : pair.put(key, content));
}

/** Delivers events until every one has been acknowledged; those that failed come again. */
async function deliver(pair: TestPair, events: readonly string[]): Promise<void> {
  let open = [...events];
  for (let delivery = 0; open.length > 0; delivery += 1) {
    expect(delivery).toBeLessThan(200); // Else something fails for ever.
    const outcomes = await pair.replicator.converge(open.slice(0, 4), signal);
    const again = [...outcomes].filter(([, list]) => !list.every(isFinal)).map(([key]) => key);
    open = [...open.slice(4), ...again];
  }
}

/**
 * What must be equal once every event is acknowledged. Not part of it: data of a backup without its meta, which goes later; objects of a cluster without config,
 * of which nothing is deleted; and `config` itself, of which deletes are retained.
 */
async function expectEqual(pair: TestPair): Promise<void> {
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

const brake = { deletes: 1000, prunedBackups: 1000 };

describe.each(['unique', 'content'] as const)('events, %s revisions', (revisions) => {
  const memory = { revisions };

  it('end in the same replica in any order and multiplicity, without a reconcile', async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.nat()), async (all, dice) => {
        const pair = createPair({ memory, brake });
        const events: string[] = [];
        for (const one of all) {
          await make(pair, one);
          events.push(one.key, ...((dice.next().value ?? 0) % 3 === 0 ? [one.key] : []));
          if ((dice.next().value ?? 0) % 4 === 0) {
            await deliver(pair, events.splice((dice.next().value ?? 0) % events.length, 1));
          }
        }
        await deliver(pair, shuffled(events, dice));
        await expectEqual(pair);
      }),
      { numRuns: 150 },
    );
  });

  it('end equal through errors, throttling, lost answers, torn and wrong bytes', async () => {
    const faults: readonly Fault[] = [
      { kind: 'error', code: 'Unavailable' },
      { kind: 'error', code: 'RateLimited', retryAfterMs: 5 },
      { kind: 'error', code: 'PreconditionFailed' },
      { kind: 'lost-answer' },
      { kind: 'never-called' },
      { kind: 'delay', ms: 3 },
      { kind: 'truncated-body', after: 0 },
      { kind: 'torn-body', after: 0 },
      { kind: 'flipped-byte', at: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.nat()), fc.nat(), async (all, dice, seed) => {
        const clock = createFastClock();
        const trouble = [1, 2].map((n) => faultsAtRandom({ seed: seed + n, rate: 0.15, faults }, clock));
        const again = retry({ attempts: 3, baseMs: 1, maxMs: 5, random: () => 0.5, clock });
        const pair = createPair({
          memory,
          brake,
          sourceLayers: [trouble[0]!.layer, again],
          destinationLayers: [trouble[1]!.layer, again],
        });
        for (const one of all) {
          await make(pair, one);
        }
        await deliver(
          pair,
          shuffled(
            all.map(({ key }) => key),
            dice,
          ),
        );
        await expectEqual(pair);
      }),
      { numRuns: 150 },
    );
  });
});

function shuffled<T>(items: readonly T[], dice: fc.Stream<number>): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice((dice.next().value ?? 0) % rest.length, 1));
}

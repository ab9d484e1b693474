import { systemClock } from '../../lib/flow/clock.ts';
import { Tally } from '../../lib/replication/outcome.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ObjectEntry, ObjectKey, Revision } from '../../lib/vfs/types.ts';
import { defaultPolicy } from '../../test/replication/pair.ts';
import { createListingDriver } from '../../test/support/memory-stores-listing.ts';
import type { Work } from './job.ts';

const keysOfCluster = 1000;
const instanceGroups = 20;

/** Reconciles listings that nobody holds: clusters of a thousand keys, each with a `config`, instance groups and addons, equal at both ends. */
export async function listingJob({ keys }: { readonly keys: number }): Promise<() => Promise<Work>> {
  const store = (name: string) => new Store(createListingDriver(`memfs://${name}`, keys, entryAt));
  const replicator = createReplicator({
    source: store('source'),
    destination: store('destination'),
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 10, prunedBackups: 10 },
  });
  return async () => {
    const tally = new Tally();
    await replicator.reconcile('', (outcome) => tally.add(outcome), AbortSignal.timeout(900_000));
    return { counts: { ...tally.toJSON() }, bytes: 0 };
  };
}

/** The entry at a place of the listing; keys ascend. */
function entryAt(index: number): ObjectEntry {
  const cluster = `c${String(Math.floor(index / keysOfCluster)).padStart(6, '0')}.example.com`;
  const key = `${cluster}/${nameAt(index % keysOfCluster)}`;
  const tag = String(index).padStart(32, '0');
  return { key: key as ObjectKey, size: 4096, revision: tag as Revision, contentTag: `md5:${tag}` };
}

function nameAt(place: number): string {
  const number = String(place).padStart(4, '0');
  if (place < keysOfCluster - instanceGroups - 1) {
    return `addons/a${number}.example/k8s-1.19.yaml`;
  }
  return place === keysOfCluster - instanceGroups - 1 ? 'config' : `instancegroup/nodes-${number}`;
}

import { systemClock } from '../lib/flow/clock.ts';
import { createReplicator, type Replicator } from '../lib/replication/replicator.ts';
import type { CallReport } from '../lib/vfs/layers/instrument.ts';
import { openStore } from '../lib/vfs/open.ts';
import type { StoreDefinition } from '../lib/vfs/store-definition.ts';
import { defaultPolicy } from '../test/replication/pair.ts';

/** A store, and the environment variables to open it with: each end of a pair may be at a server of its own. */
export interface Place {
  readonly definition: StoreDefinition;
  readonly environment: Readonly<Record<string, string>>;
}

/** One source and one destination. */
export interface Ends {
  readonly source: Place;
  readonly destination: Place;
}

/** Where a request went. */
export type End = keyof Ends;

/** Opens both ends as the functions do, with all layers and defaults, and makes a replicator between them. */
export async function openReplicator(
  ends: Ends,
  report: (end: End, call: CallReport) => void = () => undefined,
): Promise<{ readonly replicator: Replicator; readonly close: () => Promise<void> }> {
  const open = (end: End) => {
    const { definition, environment } = ends[end];
    return openStore(definition, { environment, clock: systemClock, report: (call) => report(end, call) });
  };
  const [source, destination] = await Promise.all([open('source'), open('destination')]);
  const replicator = createReplicator({
    source,
    destination,
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 100, prunedBackups: 100 },
  });
  const close = async () => {
    await Promise.all([source.close(), destination.close()]);
  };
  return { replicator, close };
}

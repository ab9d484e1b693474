import { Leases } from '../../lib/control/leases.ts';
import type { Capabilities } from '../../lib/vfs/capabilities.ts';
import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createManualClock, type ManualClock } from '../support/clock.ts';
import { countRequests, type Requests } from '../support/memory-stores.ts';
import { limited } from './layers.ts';
import { createPair, type PairOptions, type TestPair } from './pair.ts';

/** A destination that knows no condition. */
export const unconditional: Partial<Capabilities> = {
  writeIfAbsent: false,
  writeIfMatch: false,
  deleteIfMatch: false,
  multipartConditional: false,
};

export interface LeasedPairOptions extends PairOptions {
  /** @default no condition at all */
  readonly lacking?: Partial<Capabilities>;
  readonly controlLayers?: readonly Layer[];
}

/** Two stores in memory, of which the destination lacks conditions, and a replicator that holds leases. */
export interface LeasedPair extends TestPair {
  /** The control store as it is. */
  readonly control: Store;
  /** What the replicator asked of it. */
  readonly controlRequests: Requests;
  /** The time of the leases, at the control store and for the replicator. */
  readonly time: ManualClock;
  /** Leases for another worker. */
  readonly others: Leases;
}

export function createLeasedPair({
  lacking = unconditional,
  controlLayers = [],
  destinationLayers = [],
  ...options
}: LeasedPairOptions = {}): LeasedPair {
  const time = createManualClock();
  const revisions = options.memory?.revisions ?? 'unique';
  const driver = createMemoryDriver({ url: 'memfs://control', clock: time, revisions });
  const { layer, requests } = countRequests();
  const leases = new Leases({
    control: new Store(compose(driver, layer, ...controlLayers)),
    clock: time,
    holder: 'prod to replica',
  });
  const pair = createPair({ ...options, leases, destinationLayers: [limited(lacking), ...destinationLayers] });
  const control = new Store(driver);
  const others = new Leases({ control, clock: time, holder: 'somebody else' });
  return { ...pair, control, controlRequests: requests, time, others };
}

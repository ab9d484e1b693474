import { Leases } from '../../lib/control/leases.ts';
import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createManualClock } from '../support/clock.ts';
import { type FaultRule, faultsByRule } from '../support/faults.ts';
import { countRequests } from '../support/memory-stores.ts';

export const { signal } = new AbortController();
export const subject = 's3://replica/c.example.com/config';
/** In milliseconds. */
export const second = 1_000;

/** Two workers at one control store, the first of which may have trouble with it. */
export function arrange({
  revisions = 'content',
  layers = [],
}: {
  revisions?: 'content' | 'unique';
  layers?: Layer[];
} = {}) {
  const storeClock = createManualClock();
  const ownClock = createManualClock();
  const driver = createMemoryDriver({ url: 'memfs://control', revisions, clock: storeClock });
  const { layer, requests } = countRequests();
  const control = new Store(compose(driver, layer, ...layers));
  const first = new Leases({ control, clock: ownClock, holder: 'first', durationMs: 120 * second });
  const other = new Leases({ control: new Store(driver), clock: createManualClock(), holder: 'second' });
  /** Time as it passes everywhere. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += second) {
      await storeClock.advance(second);
      await ownClock.advance(second);
    }
  };
  return { storeClock, ownClock, store: new Store(driver), requests, first, other, pass };
}

/** What goes wrong with the requests of one of them. */
export const faulty = (...rules: readonly FaultRule[]) => faultsByRule(rules).layer;
/** Whether the holder of a lease may change something. */
export const changeable = (lease: { requireForChange(operation: string, target: string): void }) => {
  try {
    lease.requireForChange('write', 'x');
    return true;
  } catch {
    return false;
  }
};

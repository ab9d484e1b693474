import { type Clock, systemClock } from '../../lib/flow/clock.ts';
import { classify } from '../../lib/kops/layout.ts';
import { defaultDeletePolicy, neverCarriedClasses, type ObjectClass } from '../../lib/kops/object-class.ts';
import type { Outcome } from '../../lib/replication/outcome.ts';
import { createReplicator, type Replicator, type ReplicatorOptions } from '../../lib/replication/replicator.ts';
import { collect, textSource } from '../../lib/vfs/body.ts';
import { compose, type Layer } from '../../lib/vfs/driver.ts';
import { instrument } from '../../lib/vfs/layers/instrument.ts';
import { createMemoryDriver, type MemoryOptions } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';

export const signal = new AbortController().signal;
export const cluster = 'c.example.com';

/** The policy of a route that says nothing: every class but commands, with the defaults for deletes. */
export const defaultPolicy = {
  carries: ({ class: name }: { readonly class: ObjectClass | undefined }) =>
    name !== undefined && !neverCarriedClasses.has(name),
  deletePolicy: (name: ObjectClass) => defaultDeletePolicy[name],
};

export interface PairOptions extends Partial<Omit<ReplicatorOptions, 'source' | 'destination'>> {
  readonly memory?: Omit<MemoryOptions, 'url'>;
  /** Layers between the replicator and the stores, for faults. */
  readonly sourceLayers?: readonly Layer[];
  readonly destinationLayers?: readonly Layer[];
  readonly clock?: Clock;
  /** Works on the stores of another pair. */
  readonly stores?: { readonly source: Store; readonly destination: Store };
}

/** Two stores in memory and a replicator between them, which counts its requests. */
export interface TestPair {
  /** The stores as they are, uncounted: for arranging and for looking. */
  readonly source: Store;
  readonly destination: Store;
  readonly replicator: Replicator;
  /** Requests since the last call: `source stat`, `destination write`, … */
  requests(): string[];
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  converge(...keys: string[]): Promise<readonly Outcome[]>;
  reconcile(prefix?: string): Promise<readonly Outcome[]>;
}

export function createPair({
  memory = {},
  sourceLayers = [],
  destinationLayers = [],
  stores,
  ...options
}: PairOptions = {}): TestPair {
  const drivers = {
    source: stores?.source.driver ?? createMemoryDriver({ ...memory, url: 'memfs://source' }),
    destination: stores?.destination.driver ?? createMemoryDriver({ ...memory, url: 'memfs://destination' }),
  };
  const requests: string[] = [];
  const counted = (name: 'source' | 'destination', layers: readonly Layer[]) =>
    new Store(
      compose(
        drivers[name],
        instrument(({ operation }) => requests.push(`${name} ${operation}`), systemClock),
        ...layers,
      ),
    );
  const source = new Store(drivers.source);
  const replicator = createReplicator({
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 10, prunedBackups: 10 },
    ...options,
    source: counted('source', sourceLayers),
    destination: counted('destination', destinationLayers),
  });
  return {
    source,
    destination: new Store(drivers.destination),
    replicator,
    requests: () => requests.splice(0),
    put: async (key, text) => void (await source.write(key, textSource(text))),
    remove: (key) => source.delete(key),
    converge: async (...keys) => [...new Set([...(await replicator.converge(keys, signal)).values()].flat())],
    reconcile: async (prefix = '') => {
      const outcomes: Outcome[] = [];
      await replicator.reconcile(prefix, (outcome) => outcomes.push(outcome), signal);
      return outcomes;
    },
  };
}

/** All a store holds, as text by key. */
export async function contents(store: Store): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of store.list()) {
    found[key] = Buffer.from(await collect((await store.read(key)).body, 1 << 26)).toString();
  }
  return found;
}

/** What a route carries of a store. */
export async function carriedContents(store: Store): Promise<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(await contents(store)).filter(([key]) => defaultPolicy.carries(classify(key))),
  );
}

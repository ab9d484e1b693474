import { compose, type Driver, type Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver, type MemoryOptions } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';

/** The requests that a driver got, in order. */
export interface Requests {
  /** `stat a/b`, `write a/b`, `list a/`: operation and key (or prefix). */
  readonly lines: readonly string[];
  readonly total: number;
  /** How many requests had this operation. */
  of(operation: string): number;
  /** Forgets what was counted. */
  reset(): void;
}

/** Counts the requests that reach the driver beneath. */
export function countRequests(): { readonly layer: Layer; readonly requests: Requests } {
  const lines: string[] = [];
  const layer: Layer = (inner) =>
    aroundCalls(inner, (call, run) => {
      lines.push(`${call.operation} ${call.key}`);
      return run(call.signal);
    });
  const requests: Requests = {
    lines,
    get total() {
      return lines.length;
    },
    of: (operation) => lines.filter((line) => line.startsWith(`${operation} `)).length,
    reset: () => {
      lines.length = 0;
    },
  };
  return { layer, requests };
}

export interface CountedStore {
  readonly store: Store;
  /** Beneath the counter: what looks or meddles without being counted. */
  readonly driver: Driver;
  readonly requests: Requests;
}

/** A store over a driver, with its requests counted. `layers` lie above the counter. */
export function countedStore(driver: Driver, ...layers: readonly Layer[]): CountedStore {
  const { layer, requests } = countRequests();
  return { store: new Store(compose(driver, layer, ...layers)), driver, requests };
}

export interface MemoryPair {
  readonly source: CountedStore;
  readonly destination: CountedStore;
}

/** Two empty memory stores, `memfs://source` and `memfs://destination`, with their requests counted. */
export function createMemoryPair(options: { source?: MemoryOptions; destination?: MemoryOptions } = {}): MemoryPair {
  return {
    source: countedStore(createMemoryDriver({ url: 'memfs://source', ...options.source })),
    destination: countedStore(createMemoryDriver({ url: 'memfs://destination', ...options.destination })),
  };
}

/** Everything in a store: text by key. For small stores of text. */
export async function contentsOf(store: Store, prefix = ''): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for await (const { key } of store.list(prefix)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await store.read(key)).body) {
      chunks.push(chunk);
    }
    contents[key] = Buffer.concat(chunks).toString();
  }
  return contents;
}

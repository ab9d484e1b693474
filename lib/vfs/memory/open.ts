import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { parseStoreUrl } from '../store-url.ts';
import { createMemoryDriver } from './driver.ts';
import { MemorySpace } from './space.ts';

/** The stores of this process, by name. They live as long as the process. */
const spaces = new Map<string, MemorySpace>();

/** Opens `memfs://name`: the same name is the same store, everywhere in this process. */
export function openDriver({ url }: StoreDefinition, { clock }: Surroundings): Driver {
  const { root } = parseStoreUrl(url);
  const space = spaces.get(root) ?? new MemorySpace({ clock });
  spaces.set(root, space);
  return createMemoryDriver({ url: `memfs://${root}`, space });
}

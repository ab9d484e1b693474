import type { Driver } from '../driver.ts';
import type { Surroundings } from '../driver-module.ts';
import type { StoreDefinition } from '../store-definition.ts';
import { parseStoreUrl } from '../store-url.ts';
import { createFileDriver } from './driver.ts';

/** Opens `file:///directory`, or a plain path. A relative path counts from the working directory, as in kOps (`util/pkg/vfs/context.go`). */
export function openDriver({ url }: StoreDefinition, { clock }: Surroundings): Driver {
  return createFileDriver({ directory: parseStoreUrl(url).root, clock });
}

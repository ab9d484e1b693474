import { mkdir } from 'node:fs/promises';
import { limited } from '../../lib/vfs/layers/limited.ts';
import { probeStore } from '../../lib/vfs/probe.ts';
import { undefinedWhenDenied } from '../../lib/vfs/probe-bench.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import { parseStoreUrl } from '../../lib/vfs/store-url.ts';
import { isUnproven } from '../../lib/vfs/unproven.ts';
import type { CommandContext } from '../context.ts';
import { exists } from '../exists.ts';
import { rehearse } from './rehearsal.ts';

/** The store that a command is about to write. */
export interface Destination {
  /** To look at before anything is decided; refuses every change. */
  readonly look: Store;
  /** To carry the work out on, or to rehearse it. A directory that is not there is made now. */
  readonly ready: () => Promise<Store>;
}

/** Opens a destination. A directory that is not there yet is taken for an empty store. */
export async function openDestination(
  context: CommandContext,
  definition: StoreDefinition,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Destination> {
  const { scheme, root } = parseStoreUrl(definition.url);
  const isMissing = scheme === 'file' && !(await exists(root));
  const look = isMissing ? await emptyStore(definition.url) : await context.open(definition, { readOnly: true });
  const ready = async () => {
    if (dryRun) {
      return rehearse(look);
    }
    if (isMissing) {
      await mkdir(root, { recursive: true, mode: 0o700 });
    }
    const store = await context.open(definition, { readOnly: false });
    return isUnproven(definition, context.io.env) ? honest(context, store) : store;
  };
  return { look, ready };
}

/** The conditions of changes. */
const unconditional = {
  writeIfAbsent: false,
  writeIfMatch: false,
  deleteIfMatch: false,
  copyConditional: false,
  multipartConditional: false,
} as const;

/** The store without what a probe finds it not to honour: some compatible stores accept a condition and ignore it. */
async function honest(context: CommandContext, { driver, url }: Store): Promise<Store> {
  try {
    return new Store(limited(await probeStore(driver, { signal: context.io.signal }))(driver));
  } catch (error) {
    undefinedWhenDenied(error);
    await context.warn(
      `${url} does not allow the scratch objects of a probe, so its conditions are not relied on; run "statesync store probe" as somebody who may write them, and add the lines it prints to the store's entry`,
    );
    return new Store(limited(unconditional)(driver));
  }
}

async function emptyStore(url: string): Promise<Store> {
  const { createMemoryDriver } = await import('../../lib/vfs/memory/driver.ts');
  return new Store(createMemoryDriver({ url }));
}

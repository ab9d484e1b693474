import { mkdir } from 'node:fs/promises';
import { isVfsError } from '../../lib/vfs/errors.ts';
import { limited } from '../../lib/vfs/layers/limited.ts';
import { probeStore } from '../../lib/vfs/probe.ts';
import { s3Schemes } from '../../lib/vfs/schemes.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../lib/vfs/store-definition.ts';
import { parseStoreUrl } from '../../lib/vfs/store-url.ts';
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
    return isUncertain(definition, context) ? honest(store, context.io.signal) : store;
  };
  return { look, ready };
}

/** Whether a store only says that it is like Amazon S3, and no entry says what of it holds. */
function isUncertain({ url, endpoint, capabilities }: StoreDefinition, { io }: CommandContext): boolean {
  const isCompatible = s3Schemes.has(parseStoreUrl(url).scheme) && (endpoint ?? io.env.S3_ENDPOINT) !== undefined;
  return isCompatible && capabilities === undefined;
}

/** The store without what a probe finds it not to honour: some compatible stores accept a condition and ignore it. */
async function honest(store: Store, signal: AbortSignal): Promise<Store> {
  try {
    return new Store(limited(await probeStore(store.driver, { signal }))(store.driver));
  } catch (error) {
    if (isVfsError(error, 'PermissionDenied')) {
      return store; // Who may not write a scratch object learns of each object that could not be written.
    }
    throw error;
  }
}

async function emptyStore(url: string): Promise<Store> {
  const { createMemoryDriver } = await import('../../lib/vfs/memory/driver.ts');
  return new Store(createMemoryDriver({ url }));
}

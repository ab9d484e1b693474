import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { coverSecrets } from '../lib/config/secret-mask.ts';
import {
  requireStateStore,
  resolveStateStore,
  StateStoreError,
  unbuildableStateStore,
  unreadableStateStore,
} from '../lib/kops/state-store.ts';
import { isVfsError } from '../lib/vfs/errors.ts';
import type { Store } from '../lib/vfs/store.ts';
import { quotedUrl } from '../lib/vfs/store-url.ts';
import type { CommandContext } from './context.ts';
import { usageError } from './exit-codes.ts';

/**
 * Opens the state store that kOps would use: `--state`, else `KOPS_STATE_STORE`, else kOps's own configuration files.
 *
 * Throws kOps's own error texts as usage errors.
 */
export async function openStateStore(context: CommandContext, flag: string | undefined): Promise<Store> {
  const { env, home, cwd } = context.io;
  const setting = await resolveStateStore({ flag, env, home, readFile: (path) => readFile(path, 'utf8') });
  for (const warning of setting.warnings) {
    await context.warn(warning);
  }
  try {
    const value = requireStateStore(setting);
    const shown = coverSecrets(quotedUrl(value));
    if (value.startsWith('memfs://')) {
      throw unreadableStateStore(shown); // As in kOps: no other process can read a store in memory.
    }
    const url = value.includes('://') ? value : `file://${resolve(cwd, value)}`;
    return await context.open({ url }, { readOnly: true }).catch((error: Error) => {
      const { cause } = error;
      throw isVfsError(cause, 'InvalidArgument') ? unbuildableStateStore(shown, cause.reason) : error;
    });
  } catch (error) {
    throw error instanceof StateStoreError ? usageError(error.message) : error;
  }
}

import type { VaultBody } from './answer.ts';
import type { Call } from './client.ts';
import { withPatience } from './patience.ts';
import { VaultRefusal } from './refusal.ts';

/** What a mount has to be. */
export const neededKind = 'kv version 2';

/**
 * Asks what kind of secrets engine is mounted, as Vault's own commands do before they use a KV. Undefined where the token may not know, or this Vault
 * does not say.
 */
export async function askMountKind(
  mount: string,
  perform: (signal: AbortSignal, call: Call) => Promise<VaultBody>,
): Promise<string | undefined> {
  const path = `sys/internal/ui/mounts/${encodeURIComponent(mount)}`;
  try {
    const body = await withPatience('asking for the kind of the mount', (signal) =>
      perform(signal, (client, options) => client.read(path, options)),
    );
    const { type, options } = (body?.['data'] ?? {}) as { type?: string; options?: { version?: string } | null };
    return type === 'kv' || type === 'generic' ? `kv version ${options?.version ?? '1'}` : type;
  } catch (error) {
    if (error instanceof VaultRefusal && error.status >= 400 && error.status < 500 && error.status !== 429) {
      return undefined;
    }
    throw error;
  }
}

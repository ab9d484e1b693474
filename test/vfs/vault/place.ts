import { randomUUID } from 'node:crypto';
import type { StorePlace } from '../../support/store-place.ts';
import { startLocalVault } from './local-vault.ts';

/** Starts a Vault on loopback and names an empty store in it. */
export async function startVaultPlace(): Promise<StorePlace> {
  const { vault, root, close } = await startLocalVault();
  return {
    name: 'vault',
    definition: { url: `vault://${vault.host}/kv/clusters/${randomUUID()}?tls=false` },
    environment: { VAULT_TOKEN: root },
    secrets: [root],
    openConnections: () => vault.openConnections,
    requests: () => vault.requests.snapshot(),
    close,
  };
}

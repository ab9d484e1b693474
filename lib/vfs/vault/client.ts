import createNodeVault from 'node-vault';
import type { VaultBody } from './answer.ts';
import type { VaultSettings } from './settings.ts';
import type { VaultRequest, VaultTransport } from './transport.ts';

/** The client of Vault's API, with what its types leave out. */
export type VaultClient = ReturnType<typeof createNodeVault>;

/**
 * Makes a client that sends what it is told, over our transport, and nothing that it finds by itself: `node-vault` would take token, namespace and path
 * prefix from the environment of the process, and write what it sends to the debugging output.
 *
 * Headers are given with each call and never with the client: it changes those that it was made with, and would send the first token for ever.
 */
export function createVaultClient({ endpoint, namespace }: VaultSettings, transport: VaultTransport): VaultClient {
  const send = (request: VaultRequest) => transport.send(request);
  const client = createNodeVault({
    endpoint,
    noCustomHTTPVerbs: true, // LIST is no method that every proxy lets through; GET with `list` is as documented.
    debug: () => {},
    'request-promise': { defaults: () => send },
  });
  return Object.assign(client, { token: '', namespace: namespace ?? '', pathPrefix: '' });
}

/** What goes with one call. An agent or proxy of Vault may ask for this header of every request, and Vault's own clients send it. */
export function callOptions(
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): { readonly headers: Record<string, string>; readonly signal: AbortSignal } {
  return { headers: { 'X-Vault-Request': 'true', ...headers }, signal };
}

/** One request, as a call of the client. */
export type Call = (client: VaultClient, options: ReturnType<typeof callOptions>) => Promise<VaultBody>;

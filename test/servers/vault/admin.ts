import type { VaultEndpoint } from './endpoint.ts';

/** What Vault answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request of the HTTP API with the token of the endpoint, without the driver. Rejects unless it is a success. */
export async function admin(
  endpoint: VaultEndpoint,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<AdminAnswer> {
  const { address, token, namespace } = endpoint;
  const response = await fetch(`${address.replace(/\/$/, '')}/v1/${path}`, {
    method,
    headers: { 'X-Vault-Token': token, ...(namespace && { 'X-Vault-Namespace': namespace }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${text.trim()}`);
  }
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

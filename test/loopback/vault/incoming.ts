import type { IncomingMessage } from 'node:http';
import { readBody } from '../../../lib/local-cloud/http.ts';
import { VaultError } from './answers.ts';

/** A request to Vault's API, taken apart. */
export interface Incoming {
  readonly method: string;
  /** Decoded, without `/v1/` and without the namespace. */
  readonly path: string;
  readonly namespace: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string | undefined;
  readonly forward: boolean;
}

/** `max_request_size` of a listener. */
const largestRequest = 32 * 1024 ** 2;

/** Reads a request. Throws the refusals that come before anything is looked up. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const { method = '', url = '', headers } = request;
  const bytes = await readBody(request, largestRequest).catch(() => {
    throw new VaultError(413, ['http: request body too large']);
  });
  const [raw = '', query = ''] = url.split(/\?(.*)/s);
  const path = decodeURIComponent(raw.replace(/^\/v1\//, ''));
  requirePlain(path);
  const namespace = String(headers['x-vault-namespace'] ?? '').replace(/^\/+|\/+$/g, '');
  return {
    method,
    path,
    namespace,
    query: new URLSearchParams(query),
    body: bytes.byteLength === 0 ? {} : (JSON.parse(bytes.toString()) as Record<string, unknown>),
    token: headers['x-vault-token'] === undefined ? undefined : String(headers['x-vault-token']),
    forward: headers['x-vault-forward'] === 'active-node',
  };
}

/** As Vault 1.21 was seen to: it redirects to what it takes for the tidy form of a path, and refuses what is not printable without a word. */
function requirePlain(path: string): void {
  if (
    path.split('/').slice(0, -1).includes('') ||
    path.split('/').some((segment) => segment === '.' || segment === '..')
  ) {
    throw new VaultError(307, ['the path is not tidy']);
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u.test(path)) {
    throw new VaultError(400, []);
  }
}

import type { ServerResponse } from 'node:http';

/** A refusal in Vault's common form, `{"errors": [...]}` (HTTP API, "Error response"). */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly status: number;
  readonly errors: readonly string[];
  /** Beside the errors; only a version that was deleted or destroyed is answered with data and 404 (KV v2, "Read secret version"). */
  readonly data: unknown;

  constructor(status: number, errors: readonly string[], data?: unknown) {
    super(`${status} ${errors.join('; ')}`);
    this.status = status;
    this.errors = errors;
    this.data = data;
  }
}

/** As Vault wraps what a policy or a bad token is refused with. */
export function denied(...words: readonly string[]): VaultError {
  const listed = words.map((word) => `\t* ${word}\n`).join('');
  return new VaultError(403, [`${words.length} error${words.length === 1 ? '' : 's'} occurred:\n${listed}\n`]);
}

/** What an operation answers: data, a token, or nothing (204). */
export interface Answer {
  readonly data?: unknown;
  readonly auth?: unknown;
}

/** The text of an answer, in the wrapping that every success has. */
export function successText({ data = null, auth = null }: Answer): string {
  return JSON.stringify({
    request_id: '00000000-0000-0000-0000-000000000000',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth,
  });
}

/** Sends JSON. With `torn`, half of it under the length of the whole, and then cuts the connection. */
export function sendJson(response: ServerResponse, status: number, text: string, torn = false): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  if (!torn) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

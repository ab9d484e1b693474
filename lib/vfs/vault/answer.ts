import type { IncomingHttpHeaders } from 'node:http';
import { retryAfter } from '../retry-after.ts';
import { VaultRefusal } from './refusal.ts';

/** The body of a success; undefined where it has none. */
export type VaultBody = Readonly<Record<string, unknown>> | undefined;

/** An answer as it came over the wire. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** The body of a success: of a 200 with JSON, or of a 204, which has none. Throws `VaultRefusal` for anything else. */
export function successOf({ status, headers, bytes }: Received): VaultBody {
  if (status === 204) {
    return undefined;
  }
  const body = jsonObject(bytes);
  if (status === 200 && body !== undefined) {
    return body;
  }
  const expectsTls = bytes.includes('HTTP request to an HTTPS server');
  throw new VaultRefusal({
    status,
    body,
    retryAfterMs: retryAfter(headers['retry-after'], headers.date),
    ...(expectsTls ? { hint: 'the server speaks TLS; remove "?tls=false" from the URL' } : {}),
  });
}

function jsonObject(bytes: Buffer): VaultBody {
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

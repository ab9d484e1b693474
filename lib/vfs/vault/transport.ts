import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { answerBytes } from '../answer-body.ts';
import { type Received, successOf, type VaultBody } from './answer.ts';

/** A request as `node-vault` hands it over. */
export interface VaultRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/** A success as `node-vault` takes it. */
export interface VaultAnswer {
  readonly statusCode: number;
  readonly body: VaultBody;
  readonly request: { readonly path: string };
}

/** Beyond the 32 MiB that Vault takes in one request (`max_request_size`); a listing may be longer than a secret. */
const longestAnswer = 64 * 1024 ** 2;
const maxConnections = 64;
/** Milliseconds after which a connection that nobody uses is closed. */
const idleMs = 60_000;
const maxRedirects = 2;

/**
 * Sends `node-vault`'s requests: over connections that are kept alive, each ended by its signal, with redirects followed only to another node of the
 * cluster.
 *
 * It takes the place of the client's own transport, which cannot abort a request, and follows a redirect to any place with the token.
 */
export class VaultTransport {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: maxConnections, timeout: idleMs });
  readonly #certificates: () => Promise<string | undefined>;
  #https: Promise<HttpsAgent> | undefined;

  /** `certificates` gives those to trust, as PEM; it is asked before the first request over TLS. */
  constructor(certificates: () => Promise<string | undefined>) {
    this.#certificates = certificates;
  }

  /** Sends one request. Rejects with `VaultRefusal` unless the answer is a 200 with JSON, or a 204. */
  async send({ method, uri, headers, json, signal }: VaultRequest): Promise<VaultAnswer> {
    const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
    const fields = body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' };
    let url = new URL(uri);
    for (let hops = 0; ; hops += 1) {
      const agent = url.protocol === 'https:' ? await this.#secure() : this.#http;
      const received = await exchange(url, { method, headers: fields, agent, ...(signal && { signal }) }, body);
      const next = hops < maxRedirects ? otherNode(received, url) : undefined;
      if (next === undefined) {
        return { statusCode: received.status, body: successOf(received), request: { path: url.pathname } };
      }
      url = next;
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#http.destroy();
    this.#https?.then((agent) => agent.destroy()).catch(() => {});
  }

  async #secure(): Promise<HttpsAgent> {
    this.#https ??= this.#secureAgent();
    try {
      return await this.#https;
    } catch (error) {
      this.#https = undefined;
      throw error;
    }
  }

  async #secureAgent(): Promise<HttpsAgent> {
    const ca = await this.#certificates();
    return new HttpsAgent({
      keepAlive: true,
      maxSockets: maxConnections,
      timeout: idleMs,
      ...(ca === undefined ? {} : { ca }),
    });
  }
}

function exchange(
  url: URL,
  options: Parameters<typeof httpRequest>[1],
  body: Uint8Array | undefined,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = { 'Content-Length': String(body?.byteLength ?? 0) };
    const headers = { ...options.headers, ...(body && length), 'User-Agent': 'kops-statesync' };
    const outgoing = send(url, { ...options, headers }, (incoming) => {
      const { statusCode: status = 0, headers: answered } = incoming;
      answerBytes(incoming, longestAnswer).then((bytes) => resolve({ status, headers: answered, bytes }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * The node that a standby redirects to, where only the host is another. Vault also redirects a path to what it takes for its tidy form, which is
 * another key; and nothing that was to be encrypted goes on unencrypted.
 */
function otherNode({ status, headers }: Received, url: URL): URL | undefined {
  if (
    (status !== 307 && status !== 308) ||
    headers.location === undefined ||
    !URL.canParse(headers.location, url.href)
  ) {
    return undefined;
  }
  const next = new URL(headers.location, url);
  const samePlace = next.pathname === url.pathname && next.search === url.search;
  return samePlace && next.protocol === url.protocol && next.host !== url.host ? next : undefined;
}

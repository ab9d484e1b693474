import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import type { gaxios } from 'google-auth-library';

type GaxiosOptions = gaxios.GaxiosOptions;
type GaxiosResponse<T> = gaxios.GaxiosResponse<T>;

/** What carries out the requests of Google's HTTP client: its own extension point. */
export type Adapter = <T>(options: GaxiosOptions) => Promise<GaxiosResponse<T>>;

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxSockets = 64;
/** Milliseconds until a connection stands. */
const connectMs = 5_000;
/** Milliseconds without a byte in either direction; the whole call is timed by a layer around the driver. */
const silenceMs = 600_000;
/** Characters of an answer that is not streamed. */
const maxText = 1024 ** 2;

/** The code of a connection that did not come about in time: nothing was sent. */
export const notConnected = 'CONNECT_TIMEOUT';

/**
 * Connections that are kept alive between requests, and end with them when a signal fires.
 *
 * The client's own transport cannot be used: a body that is cut off never ends for it (node-fetch 2 hears of no error of a message
 * with a length), and it reads proxies from the environment of the process.
 */
export class Connections {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets });

  /** Carries out one request. With `responseType: 'stream'` the answer's `data` is the message itself, else its JSON or its text. */
  readonly adapter: Adapter = async <T>(options: GaxiosOptions) => {
    const message = await this.#exchange(new URL(String(options.url)), options);
    const data = options.responseType === 'stream' ? message : parsed(await textOf(message));
    return {
      config: options,
      data: data as T,
      status: message.statusCode ?? 0,
      statusText: message.statusMessage ?? '',
      headers: headersOf(message),
      request: { responseURL: String(options.url) },
    };
  };

  /** Closes all connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #exchange(url: URL, { method = 'GET', headers = {}, body, signal }: GaxiosOptions): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const common = {
        method,
        headers: headers as OutgoingHttpHeaders,
        ...(signal && { signal: signal as AbortSignal }),
      };
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...common, agent: this.#https })
          : httpRequest(url, { ...common, agent: this.#http });
      request.on('response', resolve).on('error', reject);
      limitWaiting(request);
      if (body instanceof Readable) {
        pipeline(body, request, () => {}); // Its failure is the request's.
      } else {
        request.end(body);
      }
    });
  }
}

function limitWaiting(request: ClientRequest): void {
  request.setTimeout(silenceMs, () => request.destroy(failure('ETIMEDOUT', `no byte came for ${silenceMs} ms`)));
  request.once('socket', (socket) => {
    if (socket.connecting) {
      const late = () => request.destroy(failure(notConnected, `no connection within ${connectMs} ms`));
      const timer = setTimeout(late, connectMs);
      const stop = () => clearTimeout(timer);
      socket.once('connect', stop).once('close', stop);
    }
  });
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The whole answer as text. Rejects for one that is too long to be meant so, or is cut off. */
export async function textOf(message: Readable, limit = maxText): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > limit) {
      message.destroy();
      throw failure('TOO_LONG', `an answer of more than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

import { setMaxListeners } from 'node:events';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxConnections = 64;
/** Milliseconds that a connection may lie idle. Swift's proxies close theirs after sixty seconds, unsaid. */
const idleMs = 30_000;

/** Whose certificates are trusted. */
export interface Trust {
  /** Certificates in PEM, instead of those that Node brings along. */
  readonly ca?: string;
  /** Takes any certificate. */
  readonly insecure?: boolean;
}

/** One request. */
export interface HttpCall {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: URL;
  /** Path and query, sent as they are: a key may hold `..`, which a URL would resolve. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** @default true */
  readonly keepAlive?: boolean;
}

/** The head of an answer; its body waits to be read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: IncomingMessage;
  /** Closes the connection, unless request and answer went through whole and others can use it. */
  release(): void;
}

/**
 * Sends requests over connections that are kept alive between them.
 *
 * Made on `node:http`, because `fetch` cannot do it: it takes no certificates of one's own and cannot leave them unchecked, unpacks what is
 * stored with a content encoding, resolves `..` in paths, and sends streams without their length.
 */
export class HttpClient {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: maxConnections, timeout: idleMs });
  readonly #https: HttpsAgent;
  readonly #trust: { readonly ca?: string; readonly rejectUnauthorized?: false };

  constructor({ ca, insecure = false }: Trust = {}) {
    this.#trust = { ...(ca === undefined ? {} : { ca }), ...(insecure ? { rejectUnauthorized: false } : {}) };
    this.#https = new HttpsAgent({
      keepAlive: true,
      maxSockets: maxConnections,
      timeout: idleMs,
      ...this.#trust,
    });
  }

  /** Resolves once the head of the answer is there, also while the body is still being sent. Rejects as Node does, or as the body does. */
  send(call: HttpCall): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      setMaxListeners(0, call.signal); // One listener for each request under way is no leak.
      const request = this.#open(call);
      request.once('response', (body) => resolve(answerOf(request, body)));
      request.on('error', reject); // Also of no use any more, when the answer is there: its body says it.
      if (call.body === undefined || call.body instanceof Uint8Array) {
        request.end(call.body);
      } else {
        request.flushHeaders(); // What is refused for its headers is refused before the source gives a byte.
        pipeline(Readable.from(call.body, { objectMode: false }), request, () => {}); // A failure is an 'error' of the request.
      }
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #open({ origin, path, method, headers, signal, keepAlive = true }: HttpCall): ClientRequest {
    const options = { ...urlToHttpOptions(origin), path, method, headers, signal };
    return origin.protocol === 'https:'
      ? httpsRequest({ ...options, ...(keepAlive ? { agent: this.#https } : { agent: false, ...this.#trust }) })
      : httpRequest({ ...options, agent: keepAlive ? this.#http : false });
  }
}

function answerOf(request: ClientRequest, body: IncomingMessage): HttpAnswer {
  return {
    status: body.statusCode ?? 0,
    headers: body.headers as Readonly<Record<string, string | undefined>>,
    body,
    release: () => {
      if (!request.writableFinished || !body.readableEnded) {
        request.destroy();
      }
    },
  };
}

/**
 * Reads the body of an answer that is of use for an error at most, and releases the connection. What is longer than a page is cut off: no answer of
 * this kind is.
 */
export async function finish(answer: HttpAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > pageSize) {
        break;
      }
    }
    return Buffer.concat(chunks).toString();
  } finally {
    answer.release();
  }
}

const pageSize = 65_536;

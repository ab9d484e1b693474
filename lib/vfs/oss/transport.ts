import { setMaxListeners } from 'node:events';
import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { limitTime } from '../request-time.ts';
import { Answer } from './answer.ts';

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxSockets = 64;

/** A request as the client hands it over: addressed and signed. */
export interface SignedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content?: Uint8Array | undefined;
  readonly stream?: Readable | undefined;
  /** What the client passes through. */
  readonly ctx: { readonly signal: AbortSignal };
}

/** What became of a request. A failure is no rejection, because the client rewrites those and loses their codes. */
export type Outcome = { readonly answer: Answer } | { readonly failure: unknown };

/**
 * Sends what the client has signed, over connections that are kept alive between requests.
 *
 * Stands in for the client's own transport (urllib 2), which knows no signal, tidies `..` out of an address that is signed already, and ends
 * a call only when the whole answer is in memory.
 */
export class Transport {
  readonly #agent = new Agent({ keepAlive: true, maxSockets });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, maxSockets });

  /** Sends one request once. The signal ends it at any time, also while its answer is read. */
  request(address: string, signed: SignedRequest): Promise<Outcome> {
    return new Promise((resolve) => {
      const fail = (failure: unknown) => resolve({ failure });
      try {
        const request = this.#begin(address, signed);
        request.once('response', (message) => resolve({ answer: new Answer(request, message) }));
        request.on('error', fail); // Also after the answer: a body that the store did not wait for.
        limitTime(request);
        endWith(signed.ctx.signal, request, fail);
        send(request, signed);
      } catch (failure) {
        fail(failure);
      }
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #begin(address: string, { method, headers }: SignedRequest): ClientRequest {
    const [, scheme, hostname, port, path] = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)$/s.exec(address) ?? [];
    if (scheme === undefined || hostname === undefined || path === undefined) {
      throw new Error('the client made no address of this request');
    }
    const options = { hostname, path, method, headers, ...(port === undefined ? {} : { port }) };
    return scheme === 'https'
      ? httpsRequest({ ...options, agent: this.#tlsAgent })
      : httpRequest({ ...options, agent: this.#agent });
  }
}

function send(request: ClientRequest, { content, stream }: SignedRequest): void {
  if (stream === undefined) {
    request.end(content);
    return;
  }
  pipeline(stream, request, () => {}); // Whichever side fails ends the other: a body that is not whole must not look so.
}

function endWith(signal: AbortSignal, request: ClientRequest, fail: (failure: unknown) => void): void {
  const end = () => {
    const failure = new Error('the request was given up');
    request.destroy(failure);
    fail(failure); // A request that still waits for a connection tells nobody that it ended.
  };
  if (signal.aborted) {
    end();
    return;
  }
  setMaxListeners(0, signal); // One listener for each request under way is no leak.
  signal.addEventListener('abort', end, { once: true });
  request.once('close', () => signal.removeEventListener('abort', end));
}

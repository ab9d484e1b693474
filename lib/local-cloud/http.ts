import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Answers one request; a rejection is answered with 500 and handed to `onUnexpectedError`. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An HTTP server on loopback, on a free port, that can be closed for good while clients hold connections open. */
export class LoopbackServer {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  constructor(listener: RequestListener, onUnexpectedError: (error: unknown) => void = () => undefined) {
    this.#server = createServer((request, response) => {
      listener(request, response).catch((error: unknown) => {
        onUnexpectedError(error);
        answerInternalError(response);
      });
    });
    // A client that keeps connections alive longer than the server does meets resets between its requests.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => {
      socket.setNoDelay(true);
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /** Starts to listen on 127.0.0.1 and answers the endpoint, such as `http://127.0.0.1:40123`. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return this.endpoint;
  }

  /** The endpoint; throws when the server is not listening. */
  get endpoint(): string {
    const address = this.#server.address() as AddressInfo | null;
    if (address === null) {
      throw new Error('the server is not listening: call start() first');
    }
    return `http://127.0.0.1:${address.port}`;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** Stops listening and cuts every connection; resolves when the last is gone. Closing twice is harmless. */
  async close(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const sockets = [...this.#connections];
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of sockets) {
      socket.destroy();
    }
    await Promise.all([closed, ...gone]);
  }
}

/** Counts requests by operation, where they arrive, so that a client's own count need not be believed. */
export class RequestCounter {
  readonly #counts = new Map<string, number>();

  add(operation: string): void {
    this.#counts.set(operation, this.of(operation) + 1);
  }

  of(operation: string): number {
    return this.#counts.get(operation) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts by operation, in the order of the operations' names. */
  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  reset(): void {
    this.#counts.clear();
  }
}

/** A request id in the form that S3 gives: sixteen upper-case hexadecimal digits. */
export function newRequestId(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

/** Reads a whole request body; throws `RangeError` when it is larger than the limit, in bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new RangeError(`the request body is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function answerInternalError(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain' }).end('InternalError');
}

import { Agent, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoopbackServer, RequestCounter } from '../../../lib/local-cloud/http.ts';

/** A request as it came. */
export interface Received {
  /** As the documentation of the REST API calls it: `Put Blob`. */
  readonly operation: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What is done to a request instead of passing it on unharmed. */
export type Fault =
  /** Answers by itself; the request is not read. */
  | { readonly answer: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Cuts the connection before the emulator sees anything. */
  | 'cut before'
  /** Lets the emulator carry it out, and cuts the connection instead of answering. */
  | 'cut after'
  /** Passes on so many bytes of the answer's body, and cuts the connection. */
  | { readonly cutBodyAt: number }
  /** Changes the first byte of the answer's body. */
  | 'other byte'
  /** Answers after the promise. */
  | { readonly waitFor: Promise<unknown> };

/** Stands in front of Azurite: counts requests and connections, and breaks what it is told to break. */
export class Front {
  readonly counter = new RequestCounter();
  /** All requests since the last `forget`. */
  readonly received: Received[] = [];
  /** Asked of every request; undefined lets it pass. */
  fault: (received: Received) => Fault | undefined = () => undefined;
  readonly #server: LoopbackServer;
  readonly #upstream: URL;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = new LoopbackServer((request, response) => this.#serve(request, response));
  }

  async start(): Promise<string> {
    return this.#server.start();
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  /** Waits until clients hold so many connections open. Rejects when they do not come to that: a leak. */
  async settled(connections: number): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (this.openConnections !== connections) {
      if (performance.now() > deadline) {
        throw new Error(`${this.openConnections} connections are open, and were to be ${connections}`);
      }
      await sleep(2);
    }
  }

  /** Requests so far are forgotten, and no fault is in force. */
  forget(): void {
    this.received.length = 0;
    this.counter.reset();
    this.fault = () => undefined;
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#agent.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = receivedOf(request);
    this.received.push(received);
    this.counter.add(received.operation);
    const fault = this.fault(received);
    if (fault === 'cut before') {
      request.socket.destroy();
    } else if (typeof fault === 'object' && 'answer' in fault) {
      response.writeHead(fault.answer, { 'x-ms-request-id': 'front', ...fault.headers }).end(fault.body);
    } else {
      await this.#pass(request, response, fault);
    }
  }

  async #pass(request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    const { method, url: path, headers } = request;
    const { hostname: host, port } = this.#upstream;
    const upstream = send({ host, port, method, path, headers, agent: this.#agent });
    response.once('close', () => response.writableFinished || upstream.destroy());
    const answer = await new Promise<IncomingMessage | undefined>((resolve) => {
      upstream.once('response', resolve).once('error', () => resolve(undefined));
      request.pipe(upstream);
    });
    if (answer === undefined || fault === 'cut after') {
      answer?.resume();
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && 'waitFor' in fault) {
      await fault.waitFor;
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    await passBody(answer, response, fault);
  }
}

async function passBody(answer: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
  const spoil = spoiling(fault);
  try {
    await (spoil === undefined ? pipeline(answer, response) : pipeline(answer, spoil, response));
  } catch {
    response.destroy(); // Cut, by the client or on purpose.
  }
}

/** What breaks a body on its way; undefined where it is passed on unharmed. */
function spoiling(fault: Fault | undefined): ((body: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>) | undefined {
  if (fault === 'other byte') {
    return async function* otherByte(body) {
      let first = true;
      for await (const chunk of body) {
        yield first ? withOtherByte(chunk) : chunk;
        first = false;
      }
    };
  }
  if (typeof fault === 'object' && 'cutBodyAt' in fault) {
    return async function* cutBody(body) {
      let left = fault.cutBodyAt;
      for await (const chunk of body) {
        yield chunk.subarray(0, left);
        left -= chunk.byteLength;
        if (left <= 0) {
          await sleep(5); // Lets what was written leave first.
          throw new Error('cut');
        }
      }
    };
  }
  return undefined;
}

function withOtherByte(chunk: Buffer): Buffer {
  const changed = Buffer.from(chunk);
  changed[0] = (changed[0] ?? 0) ^ 1;
  return changed;
}

function receivedOf({ method = '', url = '', headers }: IncomingMessage): Received {
  const { pathname, searchParams } = new URL(url, 'http://front');
  return {
    operation: operationOf(method, searchParams, headers),
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers,
  };
}

/** Operations on blobs and containers, by method and `comp` (REST API of the Blob service). */
function operationOf(method: string, query: URLSearchParams, headers: IncomingMessage['headers']): string {
  const what = `${method} ${query.get('comp') ?? query.get('restype') ?? ''}`.trim();
  const names: Readonly<Record<string, string>> = {
    GET: 'Get Blob',
    HEAD: 'Get Blob Properties',
    PUT: 'Put Blob',
    DELETE: 'Delete Blob',
    'GET list': 'List Blobs',
    'GET blocklist': 'Get Block List',
    'PUT block': 'Put Block',
    'PUT blocklist': 'Put Block List',
    'PUT container': 'Create Container',
  };
  const name = names[what] ?? what;
  return headers['x-ms-copy-source'] === undefined ? name : `${name} From URL`;
}

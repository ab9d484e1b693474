import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, RequestCounter, readBody } from '../../../lib/local-cloud/http.ts';
import { authorize, everything, type Identity, identify } from './access.ts';
import { representationOf } from './representation.ts';
import { perform, type Question, type Reply, type Route, routeOf } from './routes.ts';
import { StatusError } from './status.ts';
import { SecretStorage } from './storage.ts';

/** How one request goes wrong. */
export type Fault =
  /** Answered so instead, without being carried out. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection goes, before it is carried out or after. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** Half of the answer comes, and then the connection goes. */
  | { readonly kind: 'torn' }
  /** No answer comes. */
  | { readonly kind: 'silence' }
  /** Carried out, with something else in the answer. */
  | { readonly kind: 'changed'; readonly change: (body: object) => object };

export interface KubernetesServerOptions {
  /** Objects that one page of a listing looks at, at most. @default no limit but the client's */
  readonly chunkLimit?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Bodies beyond this are refused with 413 (`MaxRequestBodyBytes` of the API server). */
const maxBodyBytes = 3 * 1024 * 1024;

/**
 * A Kubernetes API server, as far as Secrets of namespaces go, written to the Kubernetes documentation: "Kubernetes API Concepts"
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/), the API conventions (sig-architecture/api-conventions.md),
 * "Secrets", "Labels and Selectors", "Server-Side Apply", "Using RBAC Authorization".
 */
export class KubernetesServer {
  readonly storage: SecretStorage;
  /** By bearer token. */
  readonly identities = new Map<string, Identity>();
  /** By verb and resource: `get secrets`. */
  readonly requests = new RequestCounter();
  /** Objects that one page of a listing looks at, at most. */
  chunkLimit: number;
  /** Asked before each request; the test says how it goes wrong. */
  fault: ((operation: string, route: Route, query: URLSearchParams) => Fault | undefined) | undefined;
  readonly #server: LoopbackServer;

  constructor({ chunkLimit = Number.POSITIVE_INFINITY, now = Date.now }: KubernetesServerOptions = {}) {
    this.storage = new SecretStorage(now);
    this.chunkLimit = chunkLimit;
    this.#server = new LoopbackServer((request, response) => this.#answer(request, response));
  }

  start(): Promise<string> {
    return this.#server.start();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  /** Lets somebody in with everything allowed. */
  admit(token: string, user: string): void {
    this.identities.set(token, { user, rules: everything });
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://localhost');
    try {
      const route = routeOf(request.method ?? '', url.pathname);
      if (route === undefined) {
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
        return;
      }
      const operation = `${route.verb} ${route.resource}`;
      this.requests.add(operation);
      const body = await readBody(request, maxBodyBytes);
      const { 'content-type': type = 'application/json', accept, authorization } = request.headers;
      const run = () => {
        authorize(identify(authorization, this.identities), wishOf(route));
        const question: Question = { route, query: url.searchParams, body, type, as: representationOf(accept) };
        return perform(this.storage, question, this.chunkLimit);
      };
      answerWith(this.fault?.(operation, route, url.searchParams), run, response);
    } catch (error) {
      answerStatus(error, response);
    }
  }
}

function wishOf({ verb, resource, namespace, name }: Route) {
  return { verb, resource, namespace, ...(verb === 'list' || verb === 'create' ? {} : { name }) };
}

function answerWith(fault: Fault | undefined, run: () => Reply, response: ServerResponse): void {
  switch (fault?.kind) {
    case undefined:
      send(response, run());
      return;
    case 'answer':
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'changed': {
      const { status, body } = run();
      send(response, { status, body: fault.change(body) });
      return;
    }
    case 'torn': {
      const text = JSON.stringify(run().body);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    case 'cut':
      if (fault.when === 'after') {
        run();
      }
      response.destroy();
      return;
    case 'silence':
      return;
  }
}

function answerStatus(error: unknown, response: ServerResponse): void {
  if (error instanceof RangeError) {
    const tooLarge = `Request entity too large: limit is ${maxBodyBytes}`;
    answerStatus(new StatusError(413, 'RequestEntityTooLarge', tooLarge), response);
    return;
  }
  if (!(error instanceof StatusError)) {
    throw error;
  }
  send(response, { status: error.code, body: error.body }, error.headers);
}

function send(response: ServerResponse, { status, body }: Reply, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

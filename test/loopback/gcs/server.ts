import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, RequestCounter, readBody } from '../../../lib/local-cloud/http.ts';
import { ApiError } from './api-error.ts';
import { Bucket } from './bucket.ts';
import type { Answer, Call, Operation, State } from './call.ts';
import { listObjects } from './list-operation.ts';
import { composeObject, deleteObject, getBucket, getObject, rewriteObject } from './object-operations.ts';
import { Tokens } from './tokens.ts';
import { beginUpload, cancelUpload, continueUpload, insertObject } from './upload-operations.ts';

/** What goes wrong with one request. */
export type Fault =
  /** Another answer, before anything is done. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut before anything is done, or after it was done, without an answer. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The answer is cut off after so many bytes of its body. */
  | { readonly kind: 'tear'; readonly bytes: number }
  /** The answer's body is changed. */
  | { readonly kind: 'change'; readonly change: (body: Buffer) => Buffer }
  /** No answer ever comes. */
  | { readonly kind: 'hang' };

/** Decides what goes wrong with a request; undefined where nothing does. */
export type Script = (call: Call) => Fault | undefined;

/** Bytes of a request. */
const maxBody = 64 * 1024 ** 2;

/** Routes by method and path: `*` is a bucket or an object, one segment, percent-encoded. */
const routes: readonly (readonly [method: string, path: string, name: string, operation: Operation])[] = [
  ['GET', '/storage/v1/b/*', 'buckets.get', getBucket],
  ['GET', '/storage/v1/b/*/o', 'objects.list', listObjects],
  ['GET', '/storage/v1/b/*/o/*', 'objects.get', getObject],
  ['DELETE', '/storage/v1/b/*/o/*', 'objects.delete', deleteObject],
  ['POST', '/storage/v1/b/*/o/*/compose', 'objects.compose', composeObject],
  ['POST', '/storage/v1/b/*/o/*/rewriteTo/b/*/o/*', 'objects.rewrite', rewriteObject],
  ['POST', '/upload/storage/v1/b/*/o', 'objects.insert', insertObject],
  ['PUT', '/upload/storage/v1/b/*/o', 'uploads.continue', continueUpload],
  ['DELETE', '/upload/storage/v1/b/*/o', 'uploads.cancel', cancelUpload],
];

/**
 * Google Cloud Storage as far as its JSON API is described: https://cloud.google.com/storage/docs/json_api/v1. Objects are in memory; every
 * request needs a token, but where anonymous ones are let in.
 */
export class GcsServer {
  readonly requests = new RequestCounter();
  readonly tokens: Tokens;
  /** Whether requests without a token are let in, as an emulator does. */
  anonymous = false;
  script: Script = () => undefined;
  readonly limits: State['limits'] = { rewriteBytes: Number.POSITIVE_INFINITY, pageSize: 1000 };
  readonly #buckets = new Map<string, Bucket>();
  readonly #sessions: State['sessions'] = new Map();
  readonly #server = new LoopbackServer((request, response) => this.#answer(request, response));

  constructor(tokens = new Tokens()) {
    this.tokens = tokens;
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

  /** Resumable uploads that are neither finished nor cancelled. */
  get openUploads(): number {
    return this.#sessions.size;
  }

  /** What the store does after a week with uploads that nobody goes on with. */
  forgetUploads(): void {
    this.#sessions.clear();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  createBucket(name: string, { versions = false }: { readonly versions?: boolean } = {}): Bucket {
    const bucket = new Bucket(name, versions);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = routeOf(request);
    if (route === undefined) {
      respond(response, { status: 404, body: Buffer.from('Not Found') });
      return;
    }
    const { call, operation } = route;
    this.requests.add(call.operation);
    const fault = this.script(call);
    if (fault?.kind === 'answer') {
      request.resume();
      respond(response, { ...fault, body: Buffer.from(fault.body ?? '') });
    } else if (fault?.kind === 'cut' && fault.when === 'before') {
      request.socket.destroy();
    } else if (fault?.kind !== 'hang') {
      await this.#perform(call, operation, response, fault);
    }
  }

  async #perform(call: Call, operation: Operation, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    const body = await readBody(call.request, maxBody).catch(() => undefined);
    if (body === undefined) {
      return; // The client gave up: nothing is done.
    }
    const answer = this.#answerTo(call, operation, body);
    if (fault?.kind === 'cut') {
      call.request.socket.destroy();
    } else if (fault?.kind === 'change' && answer.body instanceof Buffer) {
      respond(response, { ...answer, body: fault.change(answer.body) });
    } else {
      respond(response, answer, fault?.kind === 'tear' ? fault.bytes : undefined);
    }
  }

  #answerTo(call: Call, operation: Operation, body: Buffer): Answer {
    try {
      this.#authorize(call.request);
      const { limits } = this;
      return operation(call, body, {
        buckets: this.#buckets,
        sessions: this.#sessions,
        limits,
        endpoint: () => this.endpoint,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      // Content is refused in plain text.
      const isMedia = call.query['alt'] === 'media';
      const text = { headers: { 'content-type': 'text/html; charset=UTF-8' }, body: Buffer.from(error.message) };
      return { status: error.status, ...(isMedia ? text : { body: error.document }) };
    }
  }

  /** https://cloud.google.com/storage/docs/authentication */
  #authorize({ headers: { authorization } }: IncomingMessage): void {
    if (authorization === undefined && this.anonymous) {
      return;
    }
    const grant = this.tokens.grantOf(authorization);
    if (grant === undefined) {
      throw authorization === undefined
        ? new ApiError(
            401,
            'required',
            'Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object.',
          )
        : new ApiError(401, 'authError', 'Invalid Credentials');
    }
    if (!grant.scopes.some((scope) => /\/auth\/(cloud-platform|devstorage\.(read_write|full_control))$/.test(scope))) {
      throw new ApiError(403, 'insufficientPermissions', 'Insufficient Permission');
    }
  }
}

function routeOf(request: IncomingMessage): { readonly call: Call; readonly operation: Operation } | undefined {
  const { method, url = '' } = request;
  const [path = '', search = ''] = url.split('?', 2);
  const query = Object.fromEntries(new URLSearchParams(search));
  const segments = path.split('/');
  for (const [verb, pattern, name, operation] of routes) {
    const wanted = pattern.split('/');
    if (
      verb === method &&
      wanted.length === segments.length &&
      wanted.every((one, i) => one === '*' || one === segments[i])
    ) {
      const names = segments.filter((_, i) => wanted[i] === '*').map(decodeURIComponent);
      const begins = name === 'objects.insert' && query['uploadType'] === 'resumable';
      const call = { operation: begins ? 'uploads.begin' : nameOf(name, query), request, query, names };
      return { call, operation: begins ? beginUpload : operation };
    }
  }
  return undefined;
}

function nameOf(name: string, query: Call['query']): string {
  return query['alt'] === 'media' ? `${name} media` : name;
}

function respond(response: ServerResponse, { status, headers = {}, body }: Answer, tearAfter?: number): void {
  const bytes = body === undefined || body instanceof Buffer ? body : Buffer.from(JSON.stringify(body));
  const type =
    body instanceof Buffer || body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' };
  response.writeHead(status, { ...type, 'content-length': bytes?.byteLength ?? 0, ...headers });
  if (tearAfter === undefined) {
    response.end(bytes);
  } else {
    response.write(bytes?.subarray(0, tearAfter), () => response.destroy());
  }
}

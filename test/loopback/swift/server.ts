import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../../lib/flow/clock.ts';
import { LoopbackServer, newRequestId, RequestCounter, readBody } from '../../../lib/local-cloud/http.ts';
import { Account, defaultLimits, type Limits } from './account.ts';
import { type Answer, Refused, sendAnswer } from './answer.ts';
import { type CatalogueEndpoint, Keystone } from './keystone.ts';
import { listContainer } from './listing.ts';
import { readObject } from './object-reading.ts';
import { copyObject, type Place, putManifest, putObject, requireWritable } from './object-writing.ts';
import type { Fault, Script } from './script.ts';

const bodyLimit = 256 * 1024 ** 2;

export interface LoopbackSwiftOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
}

/** A request to Swift in its parts. */
interface Asked {
  readonly account: string;
  readonly container: string;
  /** Empty for the container itself. */
  readonly name: string;
  readonly query: URLSearchParams;
}

/**
 * Keystone v3 and Swift on one port of loopback, in memory, written to https://docs.openstack.org/api-ref/identity/v3/ and
 * https://docs.openstack.org/api-ref/object-store/. It verifies tokens and roles, conditions, digests and limits as they do.
 */
export class LoopbackSwift {
  readonly keystone: Keystone;
  readonly requests = new RequestCounter();
  /** The catalogue's endpoints. @default one for each interface, in `RegionOne`, at the server itself */
  endpoints: readonly CatalogueEndpoint[] | undefined;
  /** What goes wrong. */
  script: Script | undefined;
  /** The headers of the last request, by name. */
  lastHeaders: Readonly<Record<string, string | undefined>> = {};
  readonly #limits: Limits;
  readonly #accounts = new Map<string, Account>();
  readonly #http = new LoopbackServer((request, response) => this.#serve(request, response));

  constructor({ clock = systemClock, limits = {} }: LoopbackSwiftOptions = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.keystone = new Keystone(clock, () => this.endpoints ?? this.#ownEndpoints());
  }

  /** Scheme, host and port. */
  start(): Promise<string> {
    return this.#http.start();
  }

  get endpoint(): string {
    return this.#http.endpoint;
  }

  get openConnections(): number {
    return this.#http.openConnections;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** The account of a project. */
  account(projectId: string): Account {
    const name = `AUTH_${projectId}`;
    const account = this.#accounts.get(name) ?? new Account(this.#limits);
    this.#accounts.set(name, account);
    return account;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = splitPath(request.url ?? '');
    const asked = askedOf(pathname, searchParams);
    const operation = operationOf(request, pathname, asked);
    this.requests.add(operation);
    this.lastHeaders = request.headers as Readonly<Record<string, string | undefined>>;
    const fault = this.script?.({ operation, name: asked?.name ?? '' });
    if (fault?.kind === 'status') {
      return sendAnswer(response, request.method, fault);
    }
    if (fault?.kind === 'cut' && !fault.carriedOut) {
      return void request.socket.destroy();
    }
    await (fault?.kind === 'wait' ? fault.until : undefined);
    const answer = await this.#answer(request, pathname, asked).catch((error: unknown) => {
      if (error instanceof Refused) {
        return error.answer;
      }
      throw error;
    });
    send(request, response, withFault(answer, fault), fault);
  }

  async #answer(request: IncomingMessage, pathname: string, asked: Asked | undefined): Promise<Answer> {
    if (request.method === 'POST' && /^(?:\/identity)?\/v3\/auth\/tokens$/.test(pathname)) {
      return this.keystone.issue(await readBody(request, 65_536));
    }
    if (asked === undefined) {
      throw new Refused(404, 'The resource could not be found.');
    }
    const account = this.#authorized(request, asked);
    if (/\0|\ufffd/.test(asked.container + asked.name)) {
      throw new Refused(412, 'Invalid UTF8 or contains NULL');
    }
    return asked.name === ''
      ? containerAnswer(account, request, asked)
      : objectAnswer(account, request, { container: asked.container, name: asked.name }, asked.query);
  }

  /** 401 for a token that is none, 403 for one of somebody who may not. */
  #authorized({ method, headers }: IncomingMessage, asked: Asked): Account {
    const token = this.keystone.tokenOf(headers['x-auth-token']?.toString());
    if (token === undefined) {
      throw new Refused(
        401,
        'This server could not verify that you are authorized to access the document you requested.',
      );
    }
    const { project, user } = token;
    const isReading = method === 'GET' || method === 'HEAD';
    const isOwn = project !== undefined && asked.account === `AUTH_${project.id}`;
    const mayWrite = project !== undefined && user.roles.get(project.id) === 'member';
    if (!(project === undefined ? user.isAdmin : isOwn && (isReading || mayWrite))) {
      throw new Refused(403, 'Access was denied to this resource.');
    }
    return this.account(asked.account.slice('AUTH_'.length));
  }

  #ownEndpoints(): readonly CatalogueEndpoint[] {
    const origin = this.endpoint;
    return (['public', 'internal', 'admin'] as const).map((name) => ({ region: 'RegionOne', interface: name, origin }));
  }
}

function containerAnswer(account: Account, { method }: IncomingMessage, { container, query }: Asked): Answer {
  if (method === 'PUT') {
    account.makeContainer(container);
    return { status: 201 };
  }
  account.objects(container);
  return method === 'GET' ? listContainer(account, container, query) : { status: 204 };
}

async function objectAnswer(
  account: Account,
  request: IncomingMessage,
  place: Place,
  query: URLSearchParams,
): Promise<Answer> {
  const headers = request.headers as Readonly<Record<string, string | undefined>>;
  if (request.method === 'PUT') {
    requireWritable(account, place, headers);
    if (headers['x-copy-from'] !== undefined) {
      return copyObject(account, place, headers);
    }
    const body = await wholeBody(request, Number(headers['content-length'] ?? Number.NaN));
    // Swift looks once, when the write begins. Here it is looked again, so that of several writes one makes the object, and no test depends on chance.
    requireWritable(account, place, headers);
    return query.get('multipart-manifest') === 'put'
      ? putManifest(account, place, headers, body)
      : putObject(account, place, headers, body);
  }
  const object = account.find(place.container, place.name);
  if (object === undefined) {
    throw new Refused(404, 'The resource could not be found.');
  }
  if (request.method === 'DELETE') {
    account.objects(place.container).delete(place.name);
    return { status: 204 };
  }
  return readObject(account, object, headers, query);
}

/** A body that ends early is a request that ended: 499, which nobody reads. */
async function wholeBody(request: IncomingMessage, length: number): Promise<Uint8Array> {
  const body = await readBody(request, bodyLimit).catch(() => undefined);
  if (body === undefined || (!Number.isNaN(length) && body.byteLength !== length)) {
    throw new Refused(499, 'Client Disconnect');
  }
  return body;
}

function splitPath(url: string): { readonly pathname: string; readonly searchParams: URLSearchParams } {
  const [pathname = '', query = ''] = url.split('?', 2);
  return { pathname, searchParams: new URLSearchParams(query) };
}

function askedOf(pathname: string, query: URLSearchParams): Asked | undefined {
  const [, account, container, name = ''] = /^\/v1\/([^/]+)\/([^/]+)(?:\/(.*))?$/s.exec(pathname) ?? [];
  return account === undefined || container === undefined
    ? undefined
    : { account, container: decodeURIComponent(container), name: decodeURIComponent(name), query };
}

function operationOf({ method, headers }: IncomingMessage, pathname: string, asked: Asked | undefined): string {
  if (asked === undefined) {
    return pathname.endsWith('/auth/tokens') ? 'token' : 'other';
  }
  if (asked.name === '') {
    return method === 'GET' ? 'list' : `${method} container`;
  }
  if (asked.query.has('multipart-manifest')) {
    return `${method} manifest`;
  }
  return headers['x-copy-from'] === undefined ? `${method} object` : 'copy';
}

function withFault(answer: Answer, fault: Fault | undefined): Answer {
  const id = { 'x-trans-id': `tx${newRequestId().toLowerCase()}` };
  return { ...answer, headers: { ...answer.headers, ...id, ...(fault?.kind === 'headers' ? fault.headers : {}) } };
}

function send(
  { method, socket }: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'cut') {
    socket.destroy();
  } else if (fault?.kind === 'tear') {
    const body = Buffer.from(answer.body ?? '');
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.byteLength });
    response.write(body.subarray(0, fault.bytes), () => socket.destroy());
  } else {
    sendAnswer(response, method, answer);
  }
}

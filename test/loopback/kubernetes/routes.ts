import { type Page, pageOf } from './listing.ts';
import type { Secret, SentSecret } from './objects.ts';
import { type Representation, represent, representPage } from './representation.ts';
import { badRequest, notFound, StatusError } from './status.ts';
import type { Preconditions, SecretStorage } from './storage.ts';

/** What a request asks for, by method and path ("Kubernetes API Concepts", resource URIs). */
export interface Route {
  /** `get`, `list`, `create`, `update`, `patch`, `delete`. */
  readonly verb: string;
  readonly resource: 'secrets' | 'namespaces';
  readonly namespace: string;
  readonly name: string;
}

/** Everything that an answer depends on. */
export interface Question {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly type: string;
  readonly as: Representation;
}

export interface Reply {
  readonly status: number;
  readonly body: object;
}

const secretPath = /^\/api\/v1\/namespaces\/([^/]+)\/secrets(?:\/([^/]+))?$/;
const namespacePath = /^\/api\/v1\/namespaces\/([^/]+)$/;
const ofCollection: Readonly<Record<string, string>> = { GET: 'list', POST: 'create' };
const ofObject: Readonly<Record<string, string>> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Finds out what is asked for; undefined for a path that this server does not know. Throws 405. */
export function routeOf(method: string, path: string): Route | undefined {
  const [, namespace, name] = secretPath.exec(path) ?? namespacePath.exec(path) ?? [];
  if (namespace === undefined) {
    return undefined;
  }
  const resource = secretPath.test(path) ? 'secrets' : 'namespaces';
  const object = resource === 'namespaces' || name !== undefined;
  const verb = (object ? ofObject : ofCollection)[method];
  if (verb === undefined || (resource === 'namespaces' && verb !== 'get')) {
    throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  }
  return { verb, resource, namespace: decodeURIComponent(namespace), name: decodeURIComponent(name ?? namespace) };
}

/** Carries out a request that is allowed. `chunkLimit` is the number of objects that one page looks at, at most. */
export function perform(storage: SecretStorage, question: Question, chunkLimit: number): Reply {
  const { route, as, query } = question;
  const { verb, namespace, name } = route;
  if (route.resource === 'namespaces') {
    return namespaceReply(storage, name);
  }
  switch (verb) {
    case 'get':
      return { status: 200, body: represent(storage.get(namespace, name), as) };
    case 'list':
      return { status: 200, body: representPage(page(storage, namespace, query, chunkLimit), as) };
    case 'create':
      return { status: 201, body: represent(storage.create(namespace, sentSecret(question), managerOf(query)), as) };
    case 'update':
    case 'patch': {
      const sent = verb === 'update' ? sentSecret(question) : patched(storage.get(namespace, name), question);
      return { status: 200, body: represent(storage.update(namespace, name, sent, managerOf(query)), as) };
    }
    default:
      return deleteReply(storage, question);
  }
}

function namespaceReply(storage: SecretStorage, name: string): Reply {
  if (!storage.hasNamespace(name)) {
    throw notFound('namespaces', name);
  }
  return {
    status: 200,
    body: { kind: 'Namespace', apiVersion: 'v1', metadata: { name, uid: name, resourceVersion: '1' } },
  };
}

function page(storage: SecretStorage, namespace: string, query: URLSearchParams, chunkLimit: number): Page {
  const limit = Number(query.get('limit') ?? 0);
  return pageOf(storage, {
    namespace,
    selector: query.get('labelSelector') ?? '',
    limit: limit === 0 ? undefined : Math.min(limit, chunkLimit),
    continue: query.get('continue') ?? undefined,
  });
}

function deleteReply(storage: SecretStorage, { route: { namespace, name }, body }: Question): Reply {
  const options = body.length === 0 ? {} : (parsed(body) as { readonly preconditions?: Preconditions });
  const { uid } = storage.get(namespace, name).metadata;
  const held = storage.remove(namespace, name, options.preconditions ?? {});
  const details = { name, kind: 'secrets', uid };
  const done = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return { status: 200, body: held ?? done };
}

function sentSecret({ body, type }: Question): SentSecret {
  if (!type.startsWith('application/json')) {
    throw new StatusError(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format');
  }
  return parsed(body) as SentSecret;
}

/** A merge patch (RFC 7386): fields are set, and null removes one. */
function patched(before: Secret, { body, type }: Question): SentSecret {
  if (!type.startsWith('application/merge-patch+json')) {
    throw new StatusError(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format');
  }
  return merged(before, parsed(body)) as SentSecret;
}

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return patch;
  }
  const result: Record<string, unknown> = { ...(target as object) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[name];
    } else {
      result[name] = merged(result[name], value);
    }
  }
  return result;
}

function managerOf(query: URLSearchParams): string {
  return query.get('fieldManager') ?? 'unknown';
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw badRequest('the object provided is unrecognized: json parse error');
  }
}

import type { Answer } from './answers.ts';
import { VaultError } from './answers.ts';
import type { KvMount } from './kv.ts';
import type { Capability } from './policies.ts';

/** One request to a mount, taken apart. */
export interface KvCall {
  readonly operation: string;
  /** What a policy must allow. */
  readonly capability: Capability;
  run(): Answer | undefined;
}

/** A request below a mount: `data/a/b` with GET. */
export interface KvRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Finds what a request to a KV v2 asks for (`vault/api-docs/secret/kv/kv-v2`). PUT is the same as POST, and GET with `list` as LIST. */
export function kvCall(mount: KvMount, { method, path, query, body }: KvRequest): KvCall {
  const [, kind = '', key = ''] = /^([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const isList = method === 'LIST' || (method === 'GET' && ['1', 'true'].includes(query.get('list') ?? ''));
  const verb = isList ? 'LIST' : method.replace('PUT', 'POST');
  const versions = (Array.isArray(body['versions']) ? body['versions'] : []).map(Number);
  const updates = mount.has(key) ? ('update' as const) : ('create' as const);
  const nothing = (run: () => void) => () => void run();
  const calls: Readonly<Record<string, KvCall>> = {
    'GET data': {
      operation: 'read',
      capability: 'read',
      run: () => ({ data: mount.read(key, Number(query.get('version') ?? 0)) }),
    },
    'POST data': { operation: 'write', capability: updates, run: () => ({ data: mount.write(key, body) }) },
    'DELETE data': {
      operation: 'delete-latest',
      capability: 'delete',
      run: nothing(() => mount.deleteLatest(key)),
    },
    'LIST metadata': {
      operation: 'list',
      capability: 'list',
      run: () => ({ data: mount.list(key === '' || key.endsWith('/') ? key : `${key}/`) }),
    },
    'GET metadata': { operation: 'metadata', capability: 'read', run: () => ({ data: mount.metadata(key) }) },
    'DELETE metadata': {
      operation: 'delete-metadata',
      capability: 'delete',
      run: nothing(() => mount.deleteMetadata(key)),
    },
    'POST delete': {
      operation: 'delete',
      capability: 'update',
      run: nothing(() => mount.deleteVersions(key, versions)),
    },
    'POST undelete': {
      operation: 'undelete',
      capability: 'update',
      run: nothing(() => mount.undeleteVersions(key, versions)),
    },
    'POST destroy': {
      operation: 'destroy',
      capability: 'update',
      run: nothing(() => mount.destroyVersions(key, versions)),
    },
  };
  const call = calls[`${verb} ${kind}`];
  if (call === undefined) {
    throw new VaultError(405, ['unsupported operation']);
  }
  return call;
}

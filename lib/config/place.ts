import type { StoreDefinition } from '../vfs/store-definition.ts';
import { parseStoreUrl } from '../vfs/store-url.ts';
import type { Environment } from './env.ts';

/** Where a store really is: two stores with one place hold the same objects, whatever their names. */
export interface Place {
  /** Who keeps the bytes, in words: `AWS`, `s3.example.com`, `a local directory`, `memory`. */
  readonly provider: string;
  /** The bucket, or the memory store; empty for directories, whose whole path is in `path`. */
  readonly root: string;
  readonly path: readonly string[];
  /**
   * Whether the provider is known to encrypt what it stores. AWS does so for every bucket; of compatible stores and directories it is not
   * known; memory keeps nothing at rest.
   */
  readonly encryptsAtRest: boolean;
}

/** Resolves endpoint, bucket and prefix. A store without an endpoint of its own is at `S3_ENDPOINT`, as when it is opened. */
export function placeOf({ url, endpoint }: Pick<StoreDefinition, 'url' | 'endpoint'>, environment: Environment): Place {
  const { scheme, root, prefix } = parseStoreUrl(url);
  if (scheme === 'file') {
    return { provider: 'a local directory', root: '', path: segments(root), encryptsAtRest: false };
  }
  const path = segments(prefix);
  if (scheme === 'memfs') {
    return { provider: 'memory', root, path, encryptsAtRest: true };
  }
  const host = hostOf(endpoint ?? environment.S3_ENDPOINT);
  return { provider: host ?? 'AWS', root, path, encryptsAtRest: host === undefined };
}

/** How one place lies to another: `inside` when the first is a part of the second. */
export function relation(a: Place, b: Place): 'same' | 'inside' | 'around' | 'apart' {
  const shared = Math.min(a.path.length, b.path.length);
  const differs = a.path.slice(0, shared).some((segment, index) => segment !== b.path[index]);
  if (a.provider !== b.provider || a.root !== b.root || differs) {
    return 'apart';
  }
  if (a.path.length === b.path.length) {
    return 'same';
  }
  return a.path.length > b.path.length ? 'inside' : 'around';
}

function segments(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** The host of a compatible store, with its port; undefined for AWS. A malformed endpoint is refused when a store there is opened. */
function hostOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) {
    return undefined;
  }
  const full = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
  if (!URL.canParse(full)) {
    return 'an unknown endpoint';
  }
  const { host, hostname } = new URL(full);
  return /(^|\.)amazonaws\.com(\.cn)?\.?$/.test(hostname) ? undefined : host.replace(/\.(?=:|$)/, '');
}

import { VfsError } from './errors.ts';

/** A store URL in its parts. */
export interface StoreUrl {
  /** Without `://`, as it was written: schemes are told apart by case, as in kOps. */
  readonly scheme: string;
  /**
   * What is opened: the bucket, the container, the directory, the name of a memory store. Two segments, `/` between them,
   * where a store needs two: `account/container` (azureblob), `host[:port]/mount` (vault), `context/namespace` (k8s;
   * each may be empty).
   */
  readonly root: string;
  /**
   * What lies inside it, without leading and trailing slashes; empty at the root. A directory has none: it is its own
   * root.
   */
  readonly prefix: string;
  /** What stands behind a `?`, where it has a meaning: `tls=false` (vault). Elsewhere it is dropped, as in kOps. */
  readonly query?: string;
}

/** Schemes of which the room itself says what is missing at the root: nothing need be (k8s), or kOps has words of its own. */
const roomsThatSay: readonly string[] = ['k8s', 'azureblob'];

/** How many segments name what is opened; one where nothing is said. */
const rootSegments: Readonly<Record<string, number>> = { azureblob: 2, vault: 2, k8s: 2 };

/**
 * What stands before the place as `user:password@` or `user@`. A secret may hold a slash, so it is looked for behind the first segment too
 * where that segment has a colon. A directory may have an `@` in its name, a context of Kubernetes too, and a server of Vault has a port.
 */
const userInfo: Readonly<Record<string, RegExp>> = {
  file: /^[^/]*:[^/]*@/,
  k8s: /^[^/?#]*:[^/]*\/?[^/]*@/,
  vault: /^[^/?#]*@|^(?!\[)[^/?#]*:(?!\d*\/).*@/s,
};
const userInfoOfOthers = /^\/*[^/?#]*(?::.*)?@/s;

/**
 * Reads a store URL. A text without `://` is a directory, as in kOps (`util/pkg/vfs/context.go`).
 *
 * Throws `InvalidArgument`, in kOps's own words where it has some. A URL with a user or a password is refused, and not repeated.
 */
export function parseStoreUrl(text: string): StoreUrl {
  const [, scheme, rest] = /^([^:/]+):\/\/(.*)$/s.exec(text) ?? [undefined, 'file', text];
  if (scheme === undefined || rest === undefined || (rest === '' && !roomsThatSay.includes(scheme))) {
    throw invalid(text, scheme ?? 'file');
  }
  if (holdsUserInfo(text)) {
    throw holdsCredentials(scheme);
  }
  if (scheme === 'file') {
    return { scheme, root: rest.replace(/(?<=.)\/+$/s, ''), prefix: '' };
  }
  const [path = '', query] = rest.split(/[?#]/, 2);
  const segments = path.split('/');
  const count = rootSegments[scheme] ?? 1;
  const root = Array.from({ length: count }, (_, index) => segments[index] ?? '').join('/');
  if (segments[0] === '' && !roomsThatSay.includes(scheme)) {
    throw invalid(text, scheme);
  }
  const prefix = decode(text, scheme, segments.slice(count).join('/')).replace(/^\/+|\/+$/g, '');
  return { scheme, root, prefix, ...(scheme === 'vault' && query !== undefined ? { query } : {}) };
}

/** Whether a URL holds a user or a password. It is refused then, and not repeated. */
export function holdsUserInfo(text: string): boolean {
  const [, scheme = '', rest = ''] = /^([^:/]+):\/\/(.*)$/s.exec(text) ?? [];
  return (userInfo[scheme] ?? userInfoOfOthers).test(rest);
}

/** Writes a store URL in its one normal form, which `parseStoreUrl` reads back. */
export function formatStoreUrl({ scheme, root, prefix, query }: StoreUrl): string {
  const path = prefix === '' ? '' : `/${prefix.replace(/[%?#]/g, encodeURIComponent)}`;
  return `${scheme}://${root}${path}${query === undefined ? '' : `?${query}`}`;
}

/** A store URL as a message may quote it: without what stands behind a `?` or a `#`, which may be a signature or a token. */
export function quotedUrl(text: string): string {
  return text.replace(/[?#].*$/s, '');
}

function decode(text: string, scheme: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw invalid(text, scheme, error);
  }
}

function invalid(text: string, scheme: string, cause?: unknown): VfsError {
  const reason = `invalid ${scheme} path: ${JSON.stringify(quotedUrl(text))}; a store is named like s3://bucket/prefix or file:///directory`;
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target: 'store URL', reason, cause });
}

function holdsCredentials(scheme: string): VfsError {
  const colon = scheme === 'k8s' ? '; a ":" in the name of a context is written %3A' : '';
  const reason = `the ${scheme}:// URL holds a user or a password; remove it, and use the field "credentials" of the store's entry in statesync.yaml, or the environment variables of the store${colon}`;
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target: 'store URL', reason });
}

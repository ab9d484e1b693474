import { VfsError } from './errors.ts';

/** A store URL in its parts. */
export interface StoreUrl {
  /** Without `://`, as it was written: schemes are told apart by case, as in kOps. */
  readonly scheme: string;
  /** What is opened: the bucket, the directory, the name of a memory store. */
  readonly root: string;
  /**
   * What lies inside it, without leading and trailing slashes; empty at the root. A directory has none: it is its own
   * root.
   */
  readonly prefix: string;
}

/**
 * Reads a store URL. A text without `://` is a directory, as in kOps (`util/pkg/vfs/context.go`).
 *
 * Throws `InvalidArgument`, in kOps's own words where it has some.
 */
export function parseStoreUrl(text: string): StoreUrl {
  const [, scheme, rest] = /^([^:/]+):\/\/(.*)$/s.exec(text) ?? [undefined, 'file', text];
  if (scheme === undefined || rest === undefined || rest === '') {
    throw invalid(text, scheme ?? 'file');
  }
  if (scheme === 'file') {
    return { scheme, root: rest.replace(/(?<=.)\/+$/s, ''), prefix: '' };
  }
  const [root = '', ...path] = rest.split(/[?#]/, 1)[0]?.split('/') ?? [];
  if (root === '') {
    throw invalid(text, scheme);
  }
  return { scheme, root, prefix: decode(text, scheme, path.join('/')).replace(/^\/+|\/+$/g, '') };
}

/** Writes a store URL in its one normal form, which `parseStoreUrl` reads back. */
export function formatStoreUrl({ scheme, root, prefix }: StoreUrl): string {
  return prefix === '' ? `${scheme}://${root}` : `${scheme}://${root}/${prefix.replace(/[%?#]/g, encodeURIComponent)}`;
}

function decode(text: string, scheme: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    throw invalid(text, scheme, error);
  }
}

function invalid(text: string, scheme: string, cause?: unknown): VfsError {
  const reason = `invalid ${scheme} path: ${JSON.stringify(text)}; a store is named like s3://bucket/prefix or file:///directory`;
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target: 'store URL', reason, cause });
}

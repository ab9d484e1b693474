import type { KopsObject } from '../kops-object.ts';
import type { StoreSubject } from '../rule.ts';

/** Schemes of which a URL names one place in the world, and in one way. A directory may be a copy of any other store. */
const comparableSchemes: readonly string[] = ['s3', 'gs', 'do', 'hos', 'linode', 'scw', 'oss', 'swift', 'memfs'];

/** The spec that the running cluster follows: the one applied last; where none was, the one its user wrote. */
export function runningCluster({ cluster, applied }: Pick<StoreSubject, 'cluster' | 'applied'>): KopsObject {
  return applied ?? cluster;
}

/**
 * Whether a URL can mean the directory in which a cluster lies. Where the two URLs are of one kind they are compared as they are; a copy
 * in a store of another kind, or in a directory, only has to agree in the end of the path.
 */
export function meansHere(url: string, { storeUrl, prefix }: Pick<StoreSubject, 'storeUrl' | 'prefix'>): boolean {
  const there = partsOf(url);
  const here = partsOf(`${storeUrl.replace(/[?#].*$/, '').replace(/\/+$/, '')}/${prefix}`);
  if (there.scheme === here.scheme && comparableSchemes.includes(here.scheme)) {
    return there.segments.join('/') === here.segments.join('/');
  }
  const own = prefix === '' ? here.segments.slice(-1) : prefix.split('/').filter(Boolean);
  return endsWith(here.segments, there.segments.slice(1)) || endsWith(there.segments, own);
}

/**
 * The directory, relative to the cluster's prefix and ending in `/`, that a URL of its spec names; `standard` where the spec names none.
 * Undefined where that lies elsewhere, and nothing can be said of it here.
 */
export function directoryHere(subject: StoreSubject, url: string | undefined, standard: string): string | undefined {
  const base = runningCluster(subject).spec.at('configStore', 'base').text?.replace(/\/+$/, '');
  if (base !== undefined && !meansHere(base, subject)) {
    return undefined;
  }
  if (url === undefined) {
    return standard;
  }
  const root = base ?? `${subject.storeUrl.replace(/\/+$/, '')}/${subject.prefix}`.replace(/\/+$/, '');
  return url.startsWith(`${root}/`) ? `${url.slice(root.length + 1).replace(/\/+$/, '')}/` : undefined;
}

interface Parts {
  readonly scheme: string;
  /** The bucket, or the account, first. */
  readonly segments: readonly string[];
}

function partsOf(url: string): Parts {
  const [, scheme = 'file', path = url] = /^([a-z0-9+]+):\/\/([^?#]*)/.exec(url) ?? [];
  return { scheme, segments: path.split('/').filter(Boolean) };
}

function endsWith(whole: readonly string[], end: readonly string[]): boolean {
  return end.every((segment, i) => segment === whole[whole.length - end.length + i]);
}
